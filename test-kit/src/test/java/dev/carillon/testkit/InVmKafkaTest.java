package dev.carillon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class InVmKafkaTest {
    @Test
    void sharesOneBrokerPerJvm() {
        // Given
        var first = InVmKafka.sharedBootstrapServers();

        // When
        var second = InVmKafka.sharedBootstrapServers();

        // Then
        assertThat(second).isEqualTo(first).matches("(localhost|127\\.0\\.0\\.1):\\d+");
    }

    @Test
    void keepsWhatWasProduced() {
        // Given
        var probe = KafkaProbe.shared();
        probe.createTopic("kept", 3);

        // When
        probe.produce(record("kept", "a", "1"));
        probe.produce(record("kept", "a", "2"));

        // Then
        assertThat(values(probe, "kept")).containsExactly("1", "2");
        assertThat(probe.topics()).contains("kept");
    }

    @Test
    void groupsConsumeWithoutWaiting() {
        // Given
        var probe = KafkaProbe.shared();
        probe.createTopic("grouped", 1);
        probe.produce(record("grouped", "a", "1"));

        // When
        try (var consumer = probe.consumer(Map.of("group.id", "readers", "auto.offset.reset", "earliest"))) {
            consumer.subscribe(List.of("grouped"));

            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> consumer.poll(Duration.ofMillis(200)).count() == 1);
        }
    }

    @Test
    void transactionsShowAllOrNothing() {
        // Given
        var probe = KafkaProbe.shared();
        probe.createTopic("ledger", 1);

        // When
        try (var producer = probe.producer(Map.of("transactional.id", "ledger-writer"))) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(record("ledger", "a", "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            var _ = producer.send(record("ledger", "a", "committed"));
            producer.commitTransaction();
        }

        // Then
        assertThat(values(probe, "ledger")).containsExactly("committed");
    }

    @Test
    void loneBrokerKeepsItsLogWhileItIsDown() {
        try (var kafka = InVmKafka.start()) {
            // Given
            var probe = kafka.probe();
            probe.createTopic("durable", 1);
            probe.produce(record("durable", "a", "before"));

            // When
            kafka.stopBroker(0);
            kafka.startBroker(0);
            probe.produce(record("durable", "a", "after"));

            // Then
            assertThat(values(probe, "durable")).containsExactly("before", "after");
            assertThat(kafka.bootstrapServers()).isEqualTo(probe.bootstrapServers());
        }
    }

    @Test
    void clusterOutlivesOneBroker() {
        try (var kafka = InVmKafka.start(3)) {
            // Given
            var probe = kafka.probe();
            probe.createTopic(new NewTopic("replicated", 3, (short) 3).configs(Map.of("min.insync.replicas", "2")));

            // When
            kafka.stopBroker(2);
            probe.produce(record("replicated", "a", "two of three"));
            kafka.startBroker(2);
            probe.produce(record("replicated", "a", "three of three"));

            // Then
            assertThat(values(probe, "replicated")).containsExactly("two of three", "three of three");
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static List<String> values(KafkaProbe probe, String topic) {
        return probe.read(topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }
}
