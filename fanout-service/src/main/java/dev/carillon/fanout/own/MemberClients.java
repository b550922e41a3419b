package dev.carillon.fanout.own;

import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.kit.KafkaClients;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The Kafka clients of a worker and why they are set as they are. Safe for use by many threads.
@RegisterForReflection(targets = RangeAssignor.class)
final class MemberClients {

    static final String GROUP = "fanout.route";

    private static final int BATCH_BYTES = 64 * 1024;
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;

    private final KafkaClients clients;
    private final FanoutConfig config;

    MemberClients(KafkaClients clients, FanoutConfig config) {
        this.clients = clients;
        this.config = config;
    }

    /// A static member: over a quick restart it keeps its partitions, and nobody else has to move. The range
    /// assignor gives the same partitions of all topics to one member. Classic protocol, because the newer one
    /// makes others wait 45 s for a dead member.
    Consumer<byte[], byte[]> consumer(String member) {
        return clients.consumer(Map.ofEntries(
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, GROUP),
                Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member),
                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "fanout-" + member),
                Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"),
                Map.entry(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName()),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(config.sessionTimeout())),
                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(config.heartbeatInterval())),
                Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, millis(config.stallTimeout())),
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false)));
    }

    Outlet outlet(FanoutMeters meters) {
        var inboxes = clients.producer(Map.of(
                ProducerConfig.ACKS_CONFIG,
                "1",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                false,
                // One request at a time keeps the order over retries.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                3000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                5000,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                250,
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_REQUEST_BYTES));
        var logSide = clients.producer(Map.of(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 2000,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES));
        return new Outlet(inboxes, logSide, meters);
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
