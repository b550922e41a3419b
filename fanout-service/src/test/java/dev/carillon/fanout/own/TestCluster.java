package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.Configs;
import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/// A Kafka of its own with all topics, and instances of fanout on it.
final class TestCluster implements AutoCloseable {

    static final int WEBHOOK_PARTITIONS = 3;

    private final InVmKafka kafka = InVmKafka.start();
    private final int partitions;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "carillon.fanout.session-timeout", "1500ms",
            "carillon.fanout.heartbeat-interval", "300ms",
            "carillon.fanout.tops-interval", "500ms",
            "carillon.fanout.node-lease", "3s",
            "carillon.fanout.workers", "2"));

    TestCluster(int partitions) {
        this.partitions = partitions;
        Topics.log(partitions).forEach(this::create);
        Topics.deliveries(WEBHOOK_PARTITIONS).stream()
                .filter(spec -> spec.name().equals(Topics.DELIVERY_WEBHOOK))
                .forEach(this::create);
    }

    TestCluster with(String setting, String value) {
        settings.put("carillon.fanout." + setting, value);
        return this;
    }

    String epoch() {
        return "test";
    }

    KafkaProbe probe() {
        return kafka.probe();
    }

    InVmKafka kafka() {
        return kafka;
    }

    FanoutConfig config() {
        return Configs.with(settings);
    }

    Engine start(String instance) {
        return Engine.start(new Engine.Parts(
                config(),
                instance,
                new TopicSetup.Log(epoch(), partitions),
                WEBHOOK_PARTITIONS,
                KafkaClients.of(Map.of("bootstrap.servers", kafka.bootstrapServers())),
                Clock.systemUTC(),
                new FanoutMeters(new SimpleMeterRegistry())));
    }

    @Override
    public void close() {
        kafka.close();
    }

    private void create(Topics.Spec spec) {
        probe().createTopic(spec.name(), spec.partitions(), spec.configuration());
    }
}
