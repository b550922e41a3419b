package dev.carillon.connection.bound;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.TestConnections;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/// The bounds of a node that is configured so, for tests without a node.
public final class TestBounds {

    private TestBounds() {}

    public static Bounds of(Map<String, String> configured) {
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(configured, "test", 100))
                .withMapping(ConnectionConfig.class)
                .withConverter(
                        io.quarkus.runtime.configuration.MemorySize.class,
                        100,
                        new io.quarkus.runtime.configuration.MemorySizeConverter())
                .withConverter(java.time.Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
                .build()
                .getConfigMapping(ConnectionConfig.class);
        return new Bounds(config, TestConnections.none(), new SimpleMeterRegistry());
    }
}
