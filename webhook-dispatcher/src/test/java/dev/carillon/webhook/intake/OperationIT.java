package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.CommandRecords;
import dev.carillon.webhook.command.LetterFilter;
import dev.carillon.webhook.command.OperationRow;
import dev.carillon.webhook.command.OperationRow.Progress.Stage;
import dev.carillon.webhook.command.Reached;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.ledger.Fate;
import dev.carillon.webhook.ledger.LedgerReader;
import dev.carillon.webhook.ledger.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What operators ask for, and what the ledger says, over a real broker and through real kills.
class OperationIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int PARTITIONS = EngineProcess.PARTITIONS;
    private static final String BEGINNING = "1";

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
    void replaysEachLetterOnceHoweverOftenItIsKilled() {
        // Given
        int letters = 3_000;
        long seed = Long.getLong("carillon.seed", System.nanoTime());
        System.out.println("OperationIT seed: -Dcarillon.seed=" + seed);
        var random = new Random(seed);
        for (int e = 0; e < 6; e++) {
            Deliveries.register(probe, Deliveries.endpoint("ep-" + e, receiver.url("/ep-" + e)));
        }
        bury(letters);
        try (var processes = new Forks(kafka, "operation", 1000)) {
            processes.start("a");

            // When
            for (int partition = 0; partition < PARTITIONS; partition++) {
                probe.produce(CommandRecords.write(
                        new Command.Replay("op", LetterFilter.all(), false, Reached.none()), partition));
            }
            for (int kill = 1; kill <= 3; kill++) {
                long enough = kill * (letters / 4L) + random.nextInt(letters / 10);
                await().atMost(LONG)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> end(Topics.DELIVERY_WEBHOOK) >= enough);
                processes.kill("a");
            }

            // Then
            await().atMost(LONG).until(() -> stages("op").equals(List.of(Stage.DONE, Stage.DONE, Stage.DONE)));
            var replayed = probe.read(Topics.DELIVERY_WEBHOOK).stream()
                    .map(record -> Deliveries.header(record, EventHeaders.ID))
                    .toList();
            assertThat(replayed).doesNotHaveDuplicates().hasSize(letters);
            assertThat(marks(DeliveryHeaders.REPLAYED)).doesNotHaveDuplicates().hasSize(letters);
            assertThat(rows("op").stream()
                            .mapToLong(OperationRow.Progress::done)
                            .sum())
                    .isEqualTo(letters);
            await().atMost(LONG).until(() -> ledger().replays().of(Fate.DELIVERED) == letters);
            assertThat(ledger().isBalanced()).isTrue();
        }
    }

    @Test
    void purgesAndEndsOperationsEarly() {
        // Given
        Deliveries.register(probe, Deliveries.endpoint("ep-0", receiver.url("/ep-0")));
        bury(60);
        var asked = new OperationRow.Asked(
                "stopped",
                "replay",
                null,
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode(),
                List.of(0, 1, 2),
                Instant.now(),
                false);
        probe.produce(asked.cancelled().record());

        // When
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1), Duration.ofSeconds(3))) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                probe.produce(CommandRecords.write(
                        new Command.Replay("stopped", LetterFilter.all(), false, Reached.none()), partition));
                probe.produce(CommandRecords.write(
                        new Command.Purge("purge", LetterFilter.all(), Reached.none()), partition));
            }

            // Then
            var done = List.of(Stage.DONE, Stage.DONE, Stage.DONE);
            var cancelled = List.of(Stage.CANCELLED, Stage.CANCELLED, Stage.CANCELLED);
            await().atMost(LONG)
                    .until(() ->
                            stages("purge").equals(done) && stages("stopped").equals(cancelled));
        }
        assertThat(marks(DeliveryHeaders.PURGED)).doesNotHaveDuplicates().hasSize(60);
        assertThat(probe.read(Topics.DELIVERY_WEBHOOK)).isEmpty();
    }

    @Test
    void cancelsWhatWaitsEvenAfterARestartAndSendsAgainWhatIsAskedFor() {
        // Given: two deliveries that fail, and wait for their second attempt.
        receiver.answer(_ -> Answer.of(500));
        Deliveries.register(probe, Deliveries.endpoint("ep", receiver.url("/ep")));
        int partition = Partitions.of("ep".getBytes(UTF_8), PARTITIONS);
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(8), Duration.ofSeconds(8))) {
            probe.produce(Deliveries.delivery("ep", "event-1", 1));
            probe.produce(Deliveries.delivery("ep", "event-2", 2));
            await().atMost(LONG).until(() -> Deliveries.ledger(probe).size() >= 2);

            // When
            probe.produce(CommandRecords.write(new Command.Cancel("cancel", "ep", "event-1", 2), partition));
            await().atMost(LONG).until(() -> stages("cancel").equals(List.of(Stage.DONE)));
        }
        receiver.answer(_ -> Answer.of(200));
        receiver.forget();
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(8), Duration.ofSeconds(8))) {
            // Then
            await().atMost(LONG).until(() -> ledger().fresh().of(Fate.CANCELLED) == 1);
            await().atMost(LONG).until(() -> ledger().fresh().of(Fate.DELIVERED) == 1);
            assertThat(receiver.received())
                    .extracting(request -> request.header("webhook-id"))
                    .containsExactly("event-2");

            // When
            probe.produce(CommandRecords.write(new Command.Resend("again", "ep", "event-1"), partition));
            probe.produce(CommandRecords.write(new Command.Resend("never", "ep", "event-9"), partition));

            // Then
            await().atMost(LONG).until(() -> stages("again").equals(List.of(Stage.DONE)));
            await().atMost(LONG).until(() -> stages("never").equals(List.of(Stage.FAILED)));
            await().atMost(LONG).until(() -> ledger().replays().of(Fate.DELIVERED) == 1);
            assertThat(receiver.received())
                    .extracting(request -> request.header("webhook-id"))
                    .containsExactly("event-2", "event-1");
        }
    }

    @Test
    void accountsForEverythingAndShowsWhatIsLost() throws Exception {
        // Given: healthy, dying, gone and slow endpoints.
        receiver.answer(request -> Answer.of(
                switch (request.path()) {
                    case "/healthy" -> 200;
                    case "/dying" -> 422;
                    default -> 500;
                }));
        for (var id : List.of("healthy", "dying", "waiting")) {
            var endpoint = Deliveries.endpoint(id, receiver.url("/" + id));
            Deliveries.register(
                    probe,
                    switch (id) {
                        case "waiting" -> Deliveries.patient(endpoint);
                        case "dying" -> Deliveries.givingUpOn(endpoint, 422);
                        default -> endpoint;
                    });
        }
        int each = 40;
        try (var _ = EngineProcess.start(kafka, "a", Duration.ofSeconds(1), Duration.ofSeconds(3))) {
            for (int n = 1; n <= each; n++) {
                for (var id : List.of("healthy", "dying", "waiting", "deleted")) {
                    probe.produce(Deliveries.delivery(id, "event-" + n, n));
                }
            }
            probe.produce(Deliveries.delivery("healthy", "event-1", 1));

            // When
            await().atMost(LONG).untilAsserted(() -> {
                var fresh = ledger().fresh();
                assertThat(fresh.of(Fate.DELIVERED)).isEqualTo(each);
                assertThat(fresh.of(Fate.DEAD)).isEqualTo(each);
                assertThat(fresh.of(Fate.CANCELLED)).isEqualTo(each);
                assertThat(fresh.of(Fate.REPEATED)).isEqualTo(1);
            });
            await().atMost(LONG).until(() -> Deliveries.ledger(probe).size() >= 5 * each);
        }

        // Then
        var statement = ledger();
        assertThat(statement.fresh().accepted()).isEqualTo(4L * each);
        assertThat(statement.fresh().of(Fate.PENDING)).isEqualTo(each);
        assertThat(statement.isBalanced()).isTrue();
        assertThat(statement.discrepancies()).isEmpty();
        assertThat(inSteps()).isEqualTo(statement);

        // When: the offsets go past a delivery that nobody made.
        var lost = probe.produce(Deliveries.delivery("healthy", "event-lost", 1000));
        var group = Map.of(
                new TopicPartition(lost.topic(), lost.partition()), new OffsetAndMetadata(lost.offset() + 1, ""));
        try (var admin = probe.admin()) {
            admin.alterConsumerGroupOffsets(Engine.GROUP, group).all().get();
        }

        // Then
        var broken = ledger();
        assertThat(broken.isBalanced()).isFalse();
        assertThat(broken.fresh().of(Fate.LOST)).isEqualTo(1);
        assertThat(broken.discrepancies()).singleElement().satisfies(wrong -> {
            assertThat(wrong.delivery().event()).isEqualTo("event-lost");
            assertThat(wrong.delivery().offset()).isEqualTo(lost.offset());
        });
    }

    /// Dead letters of six endpoints, as a dispatcher would have left them.
    private void bury(int letters) {
        try (var producer = probe.producer(Map.of("linger.ms", "5"))) {
            for (int n = 0; n < letters; n++) {
                var endpoint = "ep-" + n % 6;
                var delivery = Deliveries.delivery(endpoint, "event-" + n, n + 1);
                EventRecords.add(delivery.headers(), EventHeaders.DEAD_REASON, "exhausted");
                EventRecords.add(delivery.headers(), DeliveryHeaders.DEAD_AT, BEGINNING);
                var _ = producer.send(new ProducerRecord<>(
                        Topics.DELIVERY_DEAD,
                        Partitions.of(endpoint.getBytes(UTF_8), PARTITIONS),
                        delivery.key(),
                        delivery.value(),
                        delivery.headers()));
            }
            producer.flush();
        }
    }

    private List<String> marks(String header) {
        return probe.read(Topics.DELIVERY_DEAD).stream()
                .filter(record -> Deliveries.header(record, header) != null)
                .map(record -> record.partition() + "-" + Deliveries.header(record, header))
                .toList();
    }

    private List<Stage> stages(String operation) {
        return rows(operation).stream().map(OperationRow.Progress::stage).toList();
    }

    /// The newest row of each partition.
    private List<OperationRow.Progress> rows(String operation) {
        var newest = new HashMap<Integer, OperationRow.Progress>();
        for (ConsumerRecord<byte[], byte[]> record : probe.read(Topics.OPERATION_STATE)) {
            if (OperationRow.read(record.value()) instanceof OperationRow.Progress progress
                    && progress.operation().equals(operation)) {
                newest.put(progress.partition(), progress);
            }
        }
        return List.copyOf(newest.values());
    }

    private Statement ledger() {
        var answer = reader(100_000).read(question(), null);
        assertThat(answer.next()).isNull();
        assertThat(answer.isCut()).isFalse();
        return answer.statement();
    }

    /// The same in many small answers.
    private Statement inSteps() {
        var reader = reader(20);
        var all = Statement.NONE;
        var steps = new ArrayList<LedgerReader.Answer>();
        var question = question();
        do {
            var next = steps.isEmpty() ? null : steps.getLast().next();
            steps.add(reader.read(question, next));
            all = all.plus(steps.getLast().statement());
        } while (steps.getLast().next() != null);
        assertThat(steps.size()).isGreaterThan(5);
        return all;
    }

    private LedgerReader reader(int deliveries) {
        return new LedgerReader(
                KafkaClients.of(Map.of("bootstrap.servers", kafka.bootstrapServers())),
                Engine.GROUP,
                new Tiers(EngineProcess.TIERS, PARTITIONS).topics(),
                Duration.ofSeconds(30),
                new LedgerReader.Limits(deliveries, 100_000));
    }

    private static LedgerReader.Question question() {
        return new LedgerReader.Question(
                Instant.EPOCH,
                Instant.now().plusSeconds(60),
                IntStream.range(0, PARTITIONS).boxed().toList(),
                _ -> true);
    }

    private long end(String topic) {
        try (var consumer = probe.consumer(Map.of("isolation.level", "read_committed"))) {
            var partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(number -> new TopicPartition(topic, number))
                    .toList();
            return consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }
}
