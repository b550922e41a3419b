package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private InVmKafka kafka;
    private KafkaProbe probe;
    private HttpReceiver receiver;

    @BeforeEach
    void start() {
        kafka = InVmKafka.start();
        probe = kafka.probe();
        receiver = HttpReceiver.start();
        Deliveries.createTopics(probe);
    }

    @AfterEach
    void stop() {
        receiver.close();
        kafka.close();
    }

    @Test
    void deliversOnceAndCommits() {
        // Given
        Deliveries.register(probe, Deliveries.endpoint("ep", receiver.url("/hook")));
        try (var process = EngineProcess.start(kafka, "a", Duration.ofSeconds(1))) {
            process.awaitReady();

            // When
            for (int i = 1; i <= 50; i++) {
                probe.produce(Deliveries.delivery("ep", "event-" + i, i));
            }

            // Then
            await().atMost(LONG).until(() -> receiver.received("/hook").size() >= 50);
            await().atMost(LONG).until(() -> Deliveries.ledger(probe).size() >= 50);
        }
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1))) {
            probe.produce(Deliveries.delivery("ep", "event-51", 51));
            await().atMost(LONG).until(() -> receiver.received("/hook").size() >= 51);
        }
        assertThat(receiver.received("/hook"))
                .extracting(request -> request.header("webhook-id"))
                .doesNotHaveDuplicates()
                .hasSize(51);
    }

    @Test
    void retriesOnScheduleThenGivesUp() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        Deliveries.register(probe, Deliveries.endpoint("ep", receiver.url("/broken")));
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1), Duration.ofSeconds(3))) {
            // When
            probe.produce(Deliveries.delivery("ep", "event-1", 1));

            // Then
            await().atMost(LONG).until(() -> probe.read(Topics.DELIVERY_DEAD).size() == 1);
        }
        var tries = receiver.received("/broken");
        assertThat(tries).hasSize(3);
        assertThat(Duration.between(tries.get(0).arrivedAt(), tries.get(1).arrivedAt()))
                .isBetween(Duration.ofMillis(950), Duration.ofMillis(2200));
        assertThat(Duration.between(tries.get(1).arrivedAt(), tries.get(2).arrivedAt()))
                .isBetween(Duration.ofMillis(2950), Duration.ofMillis(4600));
        var letter = probe.read(Topics.DELIVERY_DEAD).getFirst();
        assertThat(Deliveries.header(letter, EventHeaders.DEAD_REASON)).isEqualTo("exhausted");
    }

    @Test
    void goesOnWhenKafkaTakesNoRecordSoLarge() {
        // Given: retry topics that take less than the topic of deliveries.
        receiver.answer(_ -> Answer.of(500));
        probe.deleteTopics(List.of("carillon.delivery.retry-1s.v1"));
        probe.createTopic(
                "carillon.delivery.retry-1s.v1", EngineProcess.PARTITIONS, Map.of("max.message.bytes", "9000"));
        Deliveries.register(probe, Deliveries.endpoint("ep", receiver.url("/large")));
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1))) {
            // When
            var large = Deliveries.delivery("ep", "event-1", 1);
            probe.produce(new ProducerRecord<>(
                    large.topic(),
                    null,
                    large.key(),
                    ("\"" + "x".repeat(20_000) + "\"").getBytes(UTF_8),
                    large.headers()));
            probe.produce(Deliveries.delivery("ep", "event-2", 2));

            // Then
            await().atMost(LONG).until(() -> probe.read(Topics.DELIVERY_DEAD).size() == 2);
        }
        assertThat(probe.read(Topics.DELIVERY_DEAD))
                .extracting(letter -> Deliveries.header(letter, EventHeaders.DEAD_REASON))
                .containsExactlyInAnyOrder("too_large", "exhausted");
    }

    @Test
    void handsPartitionsOverWithoutRepeatingAnything() {
        // Given: slow receivers, so that there is always something in flight.
        receiver.answer(_ -> {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            return Answer.of(200);
        });
        for (int e = 0; e < 6; e++) {
            Deliveries.register(probe, Deliveries.endpoint("ep-" + e, receiver.url("/ep-" + e)));
        }
        try (var first = EngineProcess.start(kafka, "a", Duration.ofSeconds(1));
                var producer = probe.producer(Map.of())) {
            first.awaitReady();
            for (int n = 1; n <= 200; n++) {
                for (int e = 0; e < 6; e++) {
                    var _ = producer.send(Deliveries.delivery("ep-" + e, "event-" + n, n));
                }
            }
            producer.flush();

            // When: another one joins and leaves again.
            try (var second = EngineProcess.start(kafka, "b", Duration.ofSeconds(1))) {
                second.awaitReady();
                int before = receiver.received().size();
                await().atMost(LONG).until(() -> receiver.received().size() > Math.min(1150, before + 200));
            }

            // Then
            await().atMost(LONG).until(() -> Deliveries.ledger(probe).size() >= 1200);
        }
        assertThat(Deliveries.ledger(probe)).hasSize(1200);
        assertThat(receiver.received())
                .extracting(request -> request.path() + request.header("webhook-id"))
                .doesNotHaveDuplicates();
    }

    @Test
    void endsWhatAKilledOwnerLeftOpen() {
        // Given: a transaction that Kafka would leave open for minutes
        Deliveries.register(probe, Deliveries.endpoint("ep", receiver.url("/hook")));
        var settings =
                Map.<String, Object>of("transactional.id", Ledger.id("killed"), "transaction.timeout.ms", 600_000);
        try (var killed = probe.producer(settings)) {
            killed.initTransactions();
            killed.beginTransaction();
            for (int partition = 0; partition < EngineProcess.PARTITIONS; partition++) {
                var _ = killed.send(
                        new ProducerRecord<>(Topics.DELIVERY_ATTEMPT, partition, "ep".getBytes(UTF_8), new byte[0]));
            }
            killed.flush();

            // When
            try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1))) {
                probe.produce(Deliveries.delivery("ep", "event-1", 1));

                // Then
                await().atMost(LONG).until(() -> Deliveries.ledger(probe).size() == 1);
            }
            killed.close(Duration.ZERO);
        }
    }
}
