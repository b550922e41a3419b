package dev.carillon.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testkit.InVmKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StateTableIT {

    private static final String TOPIC = "rows";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aRefreshEndsAlthoughSomebodyWritesAllTheTime() throws Exception {
        // Given
        try (var kafka = InVmKafka.start();
                var producer = kafka.probe().producer(Map.of("linger.ms", 0))) {
            kafka.probe().createTopic(TOPIC, 1);
            var heard = new AtomicLong(-1);
            var writer = Thread.ofPlatform().daemon().unstarted(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    var _ = producer.send(new ProducerRecord<>(TOPIC, 0, new byte[1], new byte[100]));
                }
            });
            writer.start();
            var clients = KafkaClients.of(Map.of("bootstrap.servers", kafka.bootstrapServers()));
            try (var table = StateTable.follow(clients, TOPIC, row -> heard.set(row.offset()))) {
                table.caughtUp().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

                for (int i = 0; i < 5; i++) {
                    // When
                    long written = end(kafka);
                    table.refresh().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

                    // Then
                    assertThat(heard.get()).isGreaterThanOrEqualTo(written - 1);
                }
            } finally {
                writer.interrupt();
                writer.join(PATIENCE);
            }
        }
    }

    private static long end(InVmKafka kafka) {
        try (var consumer = kafka.probe().consumer(Map.of())) {
            var partition = new TopicPartition(TOPIC, 0);
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }
}
