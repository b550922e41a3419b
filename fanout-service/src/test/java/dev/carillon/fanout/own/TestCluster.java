package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.Configs;
import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;

/// A Kafka of its own with all topics, and instances of fanout on it.
public final class TestCluster implements AutoCloseable {

    static final int WEBHOOK_PARTITIONS = 3;

    private final InVmKafka kafka;
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final int partitions;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "carillon.fanout.session-timeout", "1500ms",
            "carillon.fanout.heartbeat-interval", "300ms",
            "carillon.fanout.tops-interval", "500ms",
            "carillon.fanout.node-lease", "3s",
            "carillon.fanout.workers", "2"));

    public TestCluster(int partitions) {
        this(partitions, InVmKafka.start());
    }

    TestCluster(int partitions, InVmKafka kafka) {
        this.kafka = kafka;
        this.partitions = partitions;
        Topics.log(partitions).forEach(this::create);
        Topics.deliveries(WEBHOOK_PARTITIONS).stream()
                .filter(spec -> spec.name().equals(Topics.DELIVERY_WEBHOOK))
                .forEach(this::create);
    }

    public TestCluster with(String setting, String value) {
        settings.put("carillon.fanout." + setting, value);
        return this;
    }

    public String epoch() {
        return "test";
    }

    public KafkaProbe probe() {
        return kafka.probe();
    }

    public InVmKafka kafka() {
        return kafka;
    }

    public FanoutConfig config() {
        return Configs.with(settings);
    }

    public Engine start(String instance) {
        return start(instance, new FanoutMeters(registry));
    }

    Engine start(String instance, FanoutMeters meters) {
        return Engine.start(new Engine.Parts(
                config(),
                instance,
                new TopicSetup.Log(epoch(), partitions),
                WEBHOOK_PARTITIONS,
                clients(),
                Clock.systemUTC(),
                meters));
    }

    /// What all instances count together.
    public MeterRegistry registry() {
        return registry;
    }

    public KafkaClients clients() {
        return KafkaClients.of(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @Override
    public void close() {
        kafka.close();
    }

    private void create(Topics.Spec spec) {
        // All on the first broker, the one that is never stopped.
        var places = IntStream.range(0, spec.partitions()).boxed().collect(Collectors.toMap(i -> i, _ -> List.of(0)));
        probe().createTopic(new NewTopic(spec.name(), places).configs(spec.configuration()));
    }
}
