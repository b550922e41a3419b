package dev.carillon.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/// Gives a `@QuarkusTest` a real Kafka: `@WithTestResource(InVmKafkaResource.class)` (or
/// `@QuarkusTestResource`).
///
/// It points `kafka.bootstrap.servers` at the broker that the whole JVM shares, keeps Quarkus from looking for
/// Docker, and keeps the broker's own loggers at WARN. The broker stays up between test classes.
public final class InVmKafkaResource implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        var config = new HashMap<String, String>();
        config.put("kafka.bootstrap.servers", InVmKafka.sharedBootstrapServers());
        config.put("quarkus.kafka.devservices.enabled", "false");
        config.put("quarkus.devservices.enabled", "false");
        BrokerLogs.CATEGORIES.forEach(
                category -> config.put("quarkus.log.category.\"%s\".level".formatted(category), "WARN"));
        return config;
    }

    @Override
    public void stop() {
        // The broker belongs to the JVM, and ends with it.
    }
}
