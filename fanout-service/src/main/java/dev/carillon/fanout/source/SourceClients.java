package dev.carillon.fanout.source;

import dev.carillon.fanout.FanoutConfig;
import dev.carillon.kit.KafkaClients;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The Kafka clients of a source and why they are set as they are. Safe for use by many threads.
@RegisterForReflection(targets = CooperativeStickyAssignor.class)
final class SourceClients {

    private static final int BATCH_BYTES = 64 * 1024;
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;
    private static final int METADATA_MILLIS = 5000;

    private final KafkaClients clients;
    private final FanoutConfig config;
    private final String instance;

    SourceClients(KafkaClients clients, FanoutConfig config, String instance) {
        this.clients = clients;
        this.config = config;
        this.instance = instance;
    }

    /// Where reading begins is decided here, never by the client: it would skip what retention left over, or
    /// what came first in a topic that is new.
    Consumer<byte[], byte[]> consumer(Source source) {
        return clients.consumer(Map.ofEntries(
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, source.group()),
                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "source-" + source.name() + '-' + instance),
                Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"),
                Map.entry(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName()),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(config.sessionTimeout())),
                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis(config.heartbeatInterval())),
                Map.entry(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, millis(config.stallTimeout())),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, bytesInFlight()),
                // Topics may come at any time.
                Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MILLIS),
                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false)));
    }

    /// Never gives a record up while the process lives: if it did, those after it would overtake it.
    Producer<byte[], byte[]> producer() {
        return clients.producer(Map.of(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Integer.MAX_VALUE,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                5000,
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2L * bytesInFlight() + MAX_REQUEST_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                MAX_REQUEST_BYTES));
    }

    private int bytesInFlight() {
        return (int) Math.min(Integer.MAX_VALUE / 4, config.inFlight().asLongValue());
    }

    private static int millis(Duration time) {
        return Math.toIntExact(time.toMillis());
    }
}
