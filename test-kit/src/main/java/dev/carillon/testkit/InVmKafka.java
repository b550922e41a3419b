package dev.carillon.testkit;

import io.kroxylicious.testing.kafka.api.TerminationStyle;
import io.kroxylicious.testing.kafka.common.KafkaClusterConfig;
import io.kroxylicious.testing.kafka.invm.InVMKafkaCluster;
import java.util.Map;

/// A real Kafka (KRaft) inside the test's JVM, on free loopback ports: for tests that stop and start brokers
/// themselves. Its brokers have the ids 0 to n-1 and keep their ports and their logs while they are stopped;
/// `close` deletes the logs.
///
/// Tests that only need *a* Kafka share one per JVM: see `InVmKafkaResource` and `sharedBootstrapServers()`.
///
/// Safe for use by many threads: the cluster underneath serialises starts and stops.
public final class InVmKafka implements AutoCloseable {
    /// Small and quick: few partitions of Kafka's own topics, small index files, and a log cleaner that does
    /// not reserve 128 MB. (The cluster underneath already lets groups form without a wait.)
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("broker.heartbeat.interval.ms", "200"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.num.partitions", "2"),
            Map.entry("log.index.size.max.bytes", "262144"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("log.cleaner.backoff.ms", "1000"),
            Map.entry("num.recovery.threads.per.data.dir", "1"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private static final int CONTROLLER = 0;

    private final InVMKafkaCluster cluster;

    private InVmKafka(InVMKafkaCluster cluster) {
        this.cluster = cluster;
    }

    /// A cluster of one broker, ready.
    public static InVmKafka start() {
        return start(1);
    }

    /// A cluster of that many brokers, ready. Only the first one is a controller too: stop another one.
    public static InVmKafka start(int brokers) {
        var config = KafkaClusterConfig.builder()
                .kraftMode(true)
                .brokersNum(brokers)
                .kraftControllers(1)
                .brokerConfigs(SMALL)
                .build();
        BrokerLogs.quiet();
        var cluster = new InVMKafkaCluster(config);
        try {
            cluster.start();
        } catch (RuntimeException e) {
            closeQuietly(cluster, e);
            throw e;
        }
        return new InVmKafka(cluster);
    }

    /// The address of the one broker that all tests of this JVM share; the first call starts it, the JVM's end
    /// stops it. Topics stay, so tests that share it name their own.
    public static String sharedBootstrapServers() {
        return SharedKafka.bootstrapServers();
    }

    public String bootstrapServers() {
        return cluster.getBootstrapServers();
    }

    public String clusterId() {
        return cluster.getClusterId();
    }

    /// Topics and records of this cluster.
    public KafkaProbe probe() {
        return new KafkaProbe(bootstrapServers());
    }

    /// Stops a broker with a clean shutdown; returns when it is down.
    public void stopBroker(int id) {
        cluster.stopNodes(node -> node == id, TerminationStyle.GRACEFUL);
    }

    /// Starts a stopped broker on its old port with its old log; returns when it is up.
    public void startBroker(int id) {
        cluster.startNodes(node -> node == id);
    }

    @Override
    public void close() {
        try {
            // The controller goes last: a broker without one waits long for leave to go.
            cluster.stopNodes(node -> node != CONTROLLER, TerminationStyle.GRACEFUL);
            cluster.close();
        } catch (Exception e) {
            throw new IllegalStateException("the in-VM Kafka did not stop", e);
        }
    }

    private static void closeQuietly(InVMKafkaCluster cluster, RuntimeException why) {
        try {
            cluster.close();
        } catch (Exception e) {
            why.addSuppressed(e);
        }
    }
}
