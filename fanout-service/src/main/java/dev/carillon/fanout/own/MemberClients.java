package dev.carillon.fanout.own;

import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.kit.KafkaClients;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.HashMap;
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

    /// What batches take beside what is in them.
    private static final long SPARE_BYTES = 32L << 20;

    /// How long an inbox may get nothing before Kafka's client forgets where it is.
    private static final Duration QUIET = Duration.ofMinutes(30);

    private final KafkaClients clients;
    private final FanoutConfig config;

    MemberClients(KafkaClients clients, FanoutConfig config) {
        this.clients = clients;
        this.config = config;
    }

    /// A static member: over a quick restart it keeps its partitions, and nobody else has to move. The range
    /// assignor gives the same partitions of all topics to one member. Classic protocol unless told otherwise,
    /// because with the newer one brokers make others wait 45 s for a dead member.
    Consumer<byte[], byte[]> consumer(String member) {
        var settings = new HashMap<String, Object>(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                GROUP,
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                member,
                ConsumerConfig.CLIENT_ID_CONFIG,
                "fanout-" + member,
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                millis(config.stallTimeout()),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                // Whoever goes on where there is something must know that it missed something.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false));
        settings.putAll(
                switch (config.groupProtocol()) {
                    case CLASSIC ->
                        Map.of(
                                ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic",
                                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName(),
                                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(config.sessionTimeout()),
                                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(config.heartbeatInterval()));
                    case CONSUMER ->
                        Map.<String, Object>of(
                                ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer",
                                ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
                });
        return clients.consumer(settings);
    }

    /// How partitions come and go.
    Holdings.Style style() {
        return switch (config.groupProtocol()) {
            case CLASSIC -> Holdings.Style.ALL_AT_ONCE;
            case CONSUMER -> Holdings.Style.ONE_BY_ONE;
        };
    }

    /// @param member names the clients
    Outlet outlet(String member, FanoutMeters meters) {
        long total = config.inFlight().asLongValue();
        long buffer = 2 * total + SPARE_BYTES;
        var inboxes = clients.producer(Map.ofEntries(
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "fanout-inboxes-" + member),
                Map.entry(ProducerConfig.ACKS_CONFIG, "1"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false),
                // One request at a time keeps the order over retries.
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5000),
                // The outlet sends only what need not wait, neither for a topic nor for memory.
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 50),
                Map.entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, millis(QUIET)),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, buffer),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES)));
        var logSide = clients.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "fanout-log-" + member,
                // A producer that never gives up keeps the order: after an expired batch, later ones would come first.
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Integer.MAX_VALUE,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                500,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2 * buffer,
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_REQUEST_BYTES));
        var bounds = new Outlet.Bounds(total, config.inboxInFlight().asLongValue(), 2 * total, config.inboxPatience());
        return new Outlet(inboxes, logSide, bounds, System::nanoTime, meters);
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
