package dev.carillon.kit;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Makes Kafka clients that share the connection settings (`kafka.*`) of the service. Keys and values are
/// bytes.
///
/// Safe for use by many threads; the clients that it makes follow Kafka's own thread rules. Whoever asks for
/// one closes it.
@Singleton
public final class KafkaClients {

    private final Map<String, Object> shared;

    @Inject
    KafkaClients(@Identifier("default-kafka-broker") Instance<Map<String, Object>> broker) {
        this(broker.isResolvable() ? broker.get() : Map.of());
    }

    private KafkaClients(Map<String, Object> shared) {
        this.shared = Map.copyOf(shared);
    }

    /// Outside of a running service: with these connection settings.
    public static KafkaClients of(Map<String, Object> shared) {
        return new KafkaClients(shared);
    }

    /// Where Kafka is, for messages to people.
    public String bootstrap() {
        return String.valueOf(shared.getOrDefault("bootstrap.servers", "localhost:9092"));
    }

    public Admin admin() {
        return Admin.create(with(Map.of()));
    }

    /// A producer that is idempotent and waits for all in-sync replicas, unless `settings` say otherwise.
    public Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        var all = with(Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                0));
        all.putAll(settings);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// A consumer that commits nothing by itself and starts at the beginning where there is no commit, unless
    /// `settings` say otherwise.
    public Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        var all = with(Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        all.putAll(settings);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> with(Map<String, Object> settings) {
        var all = new HashMap<>(shared);
        all.putIfAbsent("bootstrap.servers", bootstrap());
        all.putAll(settings);
        return all;
    }
}
