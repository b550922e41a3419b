package dev.carillon.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What a test does to a Kafka from outside: make topics, write records, read all that a topic holds. Every
/// call opens and closes its own client, so nothing leaks and nothing is shared; it is for tests, not for
/// throughput.
///
/// Safe for use by many threads.
public record KafkaProbe(String bootstrapServers) {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// The probe of the broker that this JVM shares.
    public static KafkaProbe shared() {
        return new KafkaProbe(InVmKafka.sharedBootstrapServers());
    }

    /// Makes a topic with one replica, ready to be written to. `config` holds Kafka's topic configuration
    /// (`cleanup.policy`, …).
    public void createTopic(String name, int partitions, Map<String, String> config) {
        createTopic(new NewTopic(name, partitions, (short) 1).configs(config));
    }

    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    public void createTopic(NewTopic topic) {
        try (var admin = admin()) {
            join(admin.createTopics(List.of(topic)).all());
        }
    }

    public void deleteTopics(Collection<String> names) {
        try (var admin = admin()) {
            join(admin.deleteTopics(names).all());
        }
    }

    /// Names of all topics but Kafka's own.
    public Collection<String> topics() {
        try (var admin = admin()) {
            return List.copyOf(join(admin.listTopics().names()));
        }
    }

    /// Writes one record and waits until every in-sync replica has it.
    public RecordMetadata produce(ProducerRecord<byte[], byte[]> record) {
        try (var producer = producer(Map.of("acks", "all"))) {
            return producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a record was not acknowledged", e);
        }
    }

    /// Everything in a topic that is committed now, in log order per partition. Aborted transactions are left
    /// out.
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (var consumer = consumer(Map.of("isolation.level", "read_committed"))) {
            var partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions, PATIENCE);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < end(ends, partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return List.copyOf(records);
        }
    }

    /// A client for what the calls above do not cover. The caller closes it.
    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /// A producer of bytes with that configuration on top. The caller closes it.
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(with(config), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// A consumer of bytes with that configuration on top. The caller closes it.
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(with(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> with(Map<String, Object> config) {
        var all = new HashMap<>(config);
        all.put("bootstrap.servers", bootstrapServers);
        return all;
    }

    private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    private static <T> T join(KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka refused or did not answer", e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for Kafka", e);
    }
}
