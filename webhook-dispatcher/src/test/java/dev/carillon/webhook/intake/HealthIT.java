package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.endpoint.Finding;
import dev.carillon.webhook.gate.BreakerLimits;
import dev.carillon.webhook.gate.GateLimits;
import dev.carillon.webhook.ledger.Fate;
import dev.carillon.webhook.ledger.LedgerReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the engine finds out about endpoints, and what becomes of what they are owed.
class HealthIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final List<Duration> SCHEDULE = Collections.nCopies(20, Duration.ofSeconds(1));

    private static InVmKafka kafka;
    private static KafkaProbe probe;

    private final Instant since = Instant.now().minusSeconds(1);

    @BeforeAll
    static void start() {
        kafka = InVmKafka.start();
        probe = kafka.probe();
        Deliveries.createTopics(probe);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void tellsOutsideOfTransactionsThatAnEndpointIsGone() {
        try (var receiver = HttpReceiver.start(_ -> Answer.of(410))) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("gone", receiver.url("/gone")));
            try (var process = engine("gone", Duration.ofDays(5))) {
                // When
                produce("gone", 3);

                // Then
                await().atMost(LONG)
                        .until(() -> endpoint(process, "gone").state().disabledReason(), "gone"::equals);
                assertThat(events("gone")).containsExactly("endpoint.disabled");
            }
        }
        // A transaction that a kill leaves open here would hold up everybody who reads these.
        assertThat(markers(Topics.EVENT_PUBLISHED)).isZero();
        assertThat(markers(Topics.ENDPOINT_STATE)).isZero();
        assertThat(markers(Topics.DELIVERY_ATTEMPT)).isPositive();
    }

    @Test
    void followsUpWhatAnOwnerFoundOutThatWasKilled() {
        try (var receiver = HttpReceiver.start()) {
            // Given: what a transaction left behind, and what is older than its endpoint.
            var left = Deliveries.endpoint("left", receiver.url("/left"));
            var changed = Deliveries.endpoint("changed", receiver.url("/changed"));
            Deliveries.register(probe, left);
            Deliveries.register(probe, changed.with(Endpoint.Settings.of("http://127.0.0.1/elsewhere")));
            find(Finding.hopeless(left, "gone", Instant.now()));
            find(Finding.hopeless(left, "gone", Instant.now()));
            find(Finding.failing(left, Instant.now()));
            find(Finding.hopeless(changed, "gone", Instant.now()));

            // When
            try (var process = engine("left", Duration.ofDays(5))) {
                // Then
                await().atMost(LONG)
                        .until(() -> endpoint(process, "left").state().disabledReason(), "gone"::equals);
                await().atMost(LONG).until(() -> lag(Topics.DELIVERY_COMMAND) == 0);
                assertThat(endpoint(process, "left").state().revision()).isEqualTo(2);
                assertThat(events("left")).containsExactlyInAnyOrder("endpoint.failing", "endpoint.disabled");
                assertThat(endpoint(process, "changed").state().enabled()).isTrue();
                assertThat(events("changed")).isEmpty();
            }
        }
    }

    @Test
    void disablesWhatDoesNothingButFailAndKeepsWhatItIsOwed() {
        var isWell = new AtomicBoolean();
        try (var receiver = HttpReceiver.start(_ -> Answer.of(isWell.get() ? 204 : 500))) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("failing", receiver.url("/failing")));
            try (var process = engine("failing", Duration.ofSeconds(4))) {
                // When
                produce("failing", 20);

                // Then
                await().atMost(LONG)
                        .until(() -> endpoint(process, "failing").state().disabledReason(), "failing"::equals);
                assertThat(events("failing")).startsWith("endpoint.failing").endsWith("endpoint.disabled");
                var first = receiver.received("/failing").getFirst().arrivedAt();
                assertThat(Duration.between(first, Instant.now())).isGreaterThan(Duration.ofSeconds(4));
                await().atMost(LONG)
                        .untilAsserted(() -> assertThat(fates("failing", 20)).isEqualTo(Map.of(Fate.PENDING, 20L)));

                // When
                isWell.set(true);
                var row = endpoint(process, "failing");
                Deliveries.register(probe, row.with(row.state().asEnabled()));

                // Then
                await().atMost(LONG)
                        .untilAsserted(() -> assertThat(fates("failing", 20)).isEqualTo(Map.of(Fate.DELIVERED, 20L)));
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("failing"));
            }
        }
    }

    @Test
    void saysWhatKafkaDeletedBeforeItWasDelivered() throws InterruptedException, ExecutionException {
        try (var receiver = HttpReceiver.start()) {
            // Given: a disabled endpoint, and deliveries of which most grow too old.
            var endpoint = Deliveries.endpoint("late", receiver.url("/late"));
            var off = endpoint.with(endpoint.state().asDisabled("manual"));
            Deliveries.register(probe, off);
            try (var process = engine("late", Duration.ofDays(5))) {
                var offsets = produce("late", 40);
                await().atMost(LONG).until(() -> lag(Topics.DELIVERY_WEBHOOK) == 0);
                await().atMost(LONG).until(() -> Deliveries.cursors(probe).containsKey("late"));
                var partition = new TopicPartition(Topics.DELIVERY_WEBHOOK, partition("late"));
                long kept = offsets.get(25);
                try (var admin = probe.admin()) {
                    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(kept)))
                            .all()
                            .get();
                }

                // When
                Deliveries.register(probe, off.with(off.state().asEnabled()));

                // Then
                await().atMost(LONG).until(() -> receiver.received("/late").size() >= 15);
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("late"));
                assertThat(process.engine().pending()).isEmpty();
                assertThat(receiver.received("/late")).hasSize(15);
                var expired = expired("late");
                assertThat(expired).hasSize(1);
                assertThat(sourceOffset(expired.getFirst())).isLessThanOrEqualTo(offsets.getFirst());
                assertThat(new String(expired.getFirst().value(), UTF_8)).contains("\"until\":" + kept);
                assertThat(fates("late", 15)).isEqualTo(Map.of(Fate.DELIVERED, 15L));
            }
        }
    }

    private static EngineProcess engine(String instance, Duration disableAfter) {
        var breaker = new BreakerLimits(5, Duration.ofMillis(200), Duration.ofMillis(500), disableAfter);
        var settings = EngineProcess.settings(instance, SCHEDULE, new GateLimits(256, 16, 20_000, 1000), breaker);
        var process = EngineProcess.start(kafka.bootstrapServers(), settings);
        await().atMost(LONG).until(() -> process.engine().pending().isEmpty());
        return process;
    }

    private static Endpoint endpoint(EngineProcess process, String id) {
        return Objects.requireNonNull(process.endpoints().find(id));
    }

    private static List<Long> produce(String endpoint, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> probe.produce(Deliveries.delivery(endpoint, endpoint + "-" + n, n))
                        .offset())
                .toList();
    }

    private static void find(Finding finding) {
        probe.produce(finding.record(partition(finding.endpoint())));
    }

    private static int partition(String endpoint) {
        return Partitions.of(endpoint.getBytes(UTF_8), EngineProcess.PARTITIONS);
    }

    /// The types of the events about an endpoint, each event once.
    private static List<String> events(String endpoint) {
        return probe.read(Topics.EVENT_PUBLISHED).stream()
                .filter(event -> new String(event.key(), UTF_8).equals("carillon:endpoint." + endpoint))
                .map(event ->
                        Deliveries.header(event, EventHeaders.ID) + " " + Deliveries.header(event, EventHeaders.TYPE))
                .distinct()
                .map(event -> event.substring(event.indexOf(' ') + 1))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> expired(String endpoint) {
        return probe.read(Topics.DELIVERY_ATTEMPT).stream()
                .filter(entry -> new String(entry.key(), UTF_8).equals(endpoint))
                .filter(entry -> "expired".equals(Deliveries.header(entry, DeliveryHeaders.OUTCOME)))
                .toList();
    }

    private static long sourceOffset(ConsumerRecord<byte[], byte[]> entry) {
        return Long.parseLong(String.valueOf(Deliveries.header(entry, DeliveryHeaders.SOURCE_OFFSET)));
    }

    /// What became of the deliveries of an endpoint; the sums must agree.
    private Map<Fate, Long> fates(String endpoint, int accepted) {
        var reader = new LedgerReader(
                KafkaClients.of(Map.of("bootstrap.servers", kafka.bootstrapServers())),
                Engine.GROUP,
                new Tiers(EngineProcess.TIERS, EngineProcess.PARTITIONS).topics(),
                Duration.ofSeconds(30),
                new LedgerReader.Limits(20_000, 500_000));
        var question = new LedgerReader.Question(
                since, Instant.now().plusSeconds(60), List.of(partition(endpoint)), endpoint::equals);
        var statement = reader.read(question, null).statement();
        assertThat(statement.isBalanced()).isTrue();
        assertThat(statement.discrepancies()).isEmpty();
        assertThat(statement.fresh().accepted()).isEqualTo(accepted);
        return statement.fresh().fates();
    }

    /// How many control records there are: what transactions leave behind.
    private static long markers(String topic) {
        try (var consumer = probe.consumer(Map.of())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            long ends = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            return ends - probe.read(topic).size();
        }
    }

    /// How far the dispatchers are behind the end of a topic.
    private static long lag(String topic) throws InterruptedException, ExecutionException {
        try (var admin = probe.admin();
                var consumer = probe.consumer(Map.of())) {
            var committed = admin.listConsumerGroupOffsets(Engine.GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            var ends = consumer.endOffsets(IntStream.range(0, EngineProcess.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList());
            return ends.entrySet().stream()
                    .mapToLong(end -> end.getValue()
                            - (committed.get(end.getKey()) == null
                                    ? 0
                                    : committed.get(end.getKey()).offset()))
                    .sum();
        }
    }
}
