package dev.carillon.connection.bound;

import dev.carillon.connection.TestConfig;
import dev.carillon.connection.node.TestConnections;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;

/// The bounds of a node that is configured so, for tests without a node.
public final class TestBounds {

    private TestBounds() {}

    public static Bounds of(Map<String, String> configured) {
        return new Bounds(TestConfig.of(configured), TestConnections.none(), new SimpleMeterRegistry());
    }
}
