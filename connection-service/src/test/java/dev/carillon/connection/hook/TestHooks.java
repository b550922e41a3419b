package dev.carillon.connection.hook;

import dev.carillon.connection.TestConfig;
import dev.carillon.connection.TestOutbound;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.Map;

/// Hooks of a node whose application wants to decide nothing, for tests without a node.
public final class TestHooks {

    private static final Hooks NONE = none(Vertx.vertx());

    private TestHooks() {}

    public static Hooks none() {
        return NONE;
    }

    private static Hooks none(Vertx vertx) {
        var config = TestConfig.of(Map.of());
        return new Hooks(new HookClient(TestOutbound.on(vertx), config, new SimpleMeterRegistry()), config);
    }
}
