package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.CommandRecords;
import dev.carillon.webhook.command.OperationRow;
import dev.carillon.webhook.command.Reached;
import dev.carillon.webhook.gate.GateLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Endpoints that are disabled, slow, broken or ordered: what they are owed waits in Kafka, behind a cursor.
class CursorIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final List<Duration> SECONDS = Collections.nCopies(8, Duration.ofSeconds(1));

    private static InVmKafka kafka;
    private static KafkaProbe probe;

    private final AtomicInteger position = new AtomicInteger();

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
    void keepsWhatADisabledEndpointMissesAndDeliversItOnce() {
        try (var receiver = HttpReceiver.start()) {
            // Given
            var endpoint = Deliveries.endpoint("disabled", receiver.url("/disabled"));
            var off = endpoint.with(endpoint.state().asDisabled("manual"));
            Deliveries.register(probe, off);
            Deliveries.register(probe, Deliveries.endpoint("beside", receiver.url("/beside")));
            try (var process = engine("disabled", 1000)) {
                process.awaitReady();
                produce("disabled", 400);
                produce("beside", 400);
                await().atMost(LONG).until(() -> receiver.received("/beside").size() >= 400);
                await().atMost(LONG).until(() -> Deliveries.cursors(probe).containsKey("disabled"));
            }
            assertThat(receiver.received("/disabled")).isEmpty();
            assertThat(rows("disabled")).isLessThan(5);

            // When: another engine goes on, and somebody enables the endpoint.
            try (var process = engine("disabled", 1000)) {
                process.awaitReady();
                produce("disabled", 100);
                Deliveries.register(probe, off.with(off.state().asEnabled()));

                // Then
                await().atMost(LONG).until(() -> receiver.received("/disabled").size() >= 500);
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("disabled"));
                produce("disabled", 50);
                await().atMost(LONG).until(() -> receiver.received("/disabled").size() >= 550);
            }
            assertOnce(receiver, "/disabled", 550);
            assertThat(dead("disabled")).isEmpty();
        }
    }

    @Test
    void keepsWhatADisabledEndpointFailedToTakeBehindItsCursorToo() {
        var isWell = new AtomicBoolean();
        try (var receiver = HttpReceiver.start(_ -> Answer.of(isWell.get() ? 204 : 500))) {
            // Given: deliveries that failed and wait in a retry topic, and then nothing is wanted any more.
            var endpoint = Deliveries.endpoint("retried", receiver.url("/retried"));
            var off = endpoint.with(endpoint.state().asDisabled("manual"));
            Deliveries.register(probe, endpoint);
            int retries;
            try (var process = engine("retried", 1000)) {
                process.awaitReady();
                produce("retried", 3);
                await().atMost(LONG).until(() -> receiver.received("/retried").size() >= 3);
                Deliveries.register(probe, off);
                await().atMost(LONG).until(() -> parked("retried") == 3);
                retries = retries("retried");
            }

            // When: another engine goes on, and somebody enables the endpoint.
            try (var process = engine("retried", 1000)) {
                process.awaitReady();
                assertThat(parked("retried")).isEqualTo(3);
                isWell.set(true);
                Deliveries.register(probe, off.with(off.state().asEnabled()));

                // Then
                await().atMost(LONG).until(() -> delivered("retried") == 3);
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("retried"));
            }
            assertThat(retries("retried")).isEqualTo(retries);
            assertThat(delivered("retried")).isEqualTo(3);
        }
    }

    @Test
    void keepsWhatASlowEndpointCannotQueueWhileOthersGoOn() {
        try (var receiver = HttpReceiver.start(request -> {
            if (request.path().equals("/slow")) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            return Answer.of(204);
        })) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("slow", receiver.url("/slow")));
            Deliveries.register(probe, Deliveries.endpoint("quick", receiver.url("/quick")));
            try (var process = engine("slow", 20)) {
                process.awaitReady();

                // When
                produce("slow", 2000);
                produce("quick", 200);

                // Then
                await().atMost(LONG).until(() -> receiver.received("/quick").size() >= 200);
                assertThat(receiver.received("/slow")).hasSizeLessThan(2000);
                await().atMost(LONG).until(() -> receiver.received("/slow").size() >= 2000);
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("slow"));
            }
            assertOnce(receiver, "/slow", 2000);
            assertThat(probe.read("carillon.delivery.retry-1s.v1"))
                    .noneMatch(record -> new String(record.key(), UTF_8).equals("slow"));
        }
    }

    @Test
    void deliversInOrderWhateverFails() {
        Set<String> failed = ConcurrentHashMap.newKeySet();
        var delivered = Collections.synchronizedList(new ArrayList<String>());
        try (var receiver = HttpReceiver.start(request -> {
            if (number(request) % 20 == 7 && failed.add(id(request))) {
                return Answer.of(500);
            }
            delivered.add(id(request));
            return Answer.of(204);
        })) {
            // Given
            var endpoint = Deliveries.endpoint("ordered", receiver.url("/ordered"));
            Deliveries.register(probe, Deliveries.ordered(endpoint, Endpoint.OnHeadExhausted.SKIP));
            try (var process = engine("ordered", 50)) {
                process.awaitReady();

                // When
                produce("ordered", 200);

                // Then
                await().atMost(LONG).until(() -> delivered.size() >= 200);
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("ordered"));
            }
            assertThat(delivered).containsExactlyElementsOf(ids("ordered", 200));
            assertThat(failed).hasSize(10);
        }
    }

    @Test
    void stopsOrSkipsWhenTheFirstOneIsGivenUp() {
        var isWell = new AtomicBoolean();
        try (var receiver = HttpReceiver.start(
                request -> number(request) == 3 && !isWell.get() ? Answer.of(500) : Answer.of(204))) {
            // Given
            Deliveries.register(
                    probe,
                    Deliveries.ordered(
                            Deliveries.endpoint("skips", receiver.url("/skips")), Endpoint.OnHeadExhausted.SKIP));
            var stops = Deliveries.ordered(
                    Deliveries.endpoint("stops", receiver.url("/stops")), Endpoint.OnHeadExhausted.PAUSE);
            Deliveries.register(probe, stops);
            try (var process = EngineProcess.start(
                    kafka.bootstrapServers(),
                    EngineProcess.settings("heads", List.of(Duration.ofSeconds(1)), limits(50)))) {
                process.awaitReady();

                // When
                produce("skips", 6);
                produce("stops", 6);

                // Then
                await().atMost(LONG).until(() -> dead("skips").size() == 1);
                await().atMost(LONG).until(() -> receiver.received("/skips").size() == 7);
                await().atMost(LONG).until(() -> {
                    var row = process.endpoints().find("stops");
                    return row != null && row.state().disabledReason().equals("head-exhausted");
                });
                assertThat(receiver.received("/stops"))
                        .extracting(CursorIT::number)
                        .containsExactly(1L, 2L, 3L, 3L);

                // When
                isWell.set(true);
                var row = Objects.requireNonNull(process.endpoints().find("stops"));
                Deliveries.register(probe, row.with(row.state().asEnabled()));

                // Then
                await().atMost(LONG).until(() -> receiver.received("/stops").size() >= 8);
                assertThat(receiver.received("/stops"))
                        .extracting(CursorIT::number)
                        .containsExactly(1L, 2L, 3L, 3L, 3L, 4L, 5L, 6L);
            }
            assertThat(dead("stops")).isEmpty();
        }
    }

    @Test
    void leavesAnEndpointAloneForAsLongAsItAsksThroughARestart() {
        var isBusy = new AtomicBoolean(true);
        try (var receiver = HttpReceiver.start(
                _ -> isBusy.getAndSet(false) ? Answer.of(503).header("Retry-After", "6") : Answer.of(204))) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("paused", receiver.url("/paused")));
            try (var process = engine("paused", 1000)) {
                process.awaitReady();
                produce("paused", 1);
                await().atMost(LONG).until(() -> {
                    var row = Deliveries.cursors(probe).get("paused");
                    return row != null && row.until() != null;
                });
            }

            // When
            try (var process = engine("paused", 1000)) {
                process.awaitReady();
                produce("paused", 20);
                await().atMost(LONG).until(() -> receiver.received("/paused").size() >= 22);
            }

            // Then
            var requests = receiver.received("/paused");
            assertThat(Duration.between(
                            requests.get(0).arrivedAt(), requests.get(1).arrivedAt()))
                    .isBetween(Duration.ofMillis(5900), Duration.ofSeconds(60));
            assertThat(requests).extracting(CursorIT::id).hasSize(22);
        }
    }

    @Test
    void costsNearlyNothingWhileAnEndpointIsDead() {
        var isDead = new AtomicBoolean(true);
        try (var receiver = HttpReceiver.start(_ -> Answer.of(isDead.get() ? 500 : 204))) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("dead", receiver.url("/dead")));
            try (var process = engine("dead", 1000)) {
                process.awaitReady();

                // When
                produce("dead", 30);
                await().atMost(LONG).until(() -> Deliveries.cursors(probe).containsKey("dead"));
                produce("dead", 1000);
                int tried = receiver.received("/dead").size();
                assertThat(tried).isLessThan(200);
                isDead.set(false);

                // Then
                await().atMost(LONG)
                        .until(() -> delivered("dead") >= 1030 - dead("dead").size());
                await().atMost(LONG).until(() -> !Deliveries.cursors(probe).containsKey("dead"));
            }
            assertThat(dead("dead")).hasSizeLessThan(10);
            assertThat(delivered("dead")).isEqualTo(1030 - dead("dead").size());
        }
    }

    @Test
    void deliversAStretchOfTimeAgainOrWhatIsMissing() {
        var isWell = new AtomicBoolean();
        try (var receiver = HttpReceiver.start(
                request -> number(request) % 10 == 0 && !isWell.get() ? Answer.of(500) : Answer.of(204))) {
            // Given
            Deliveries.register(probe, Deliveries.endpoint("again", receiver.url("/again")));
            var before = Instant.now().minusSeconds(1);
            var settings = EngineProcess.settings("again", List.of(Duration.ofSeconds(1)), limits(1000));
            try (var process = EngineProcess.start(kafka.bootstrapServers(), settings)) {
                process.awaitReady();
                produce("again", 500);
                await().atMost(LONG).until(() -> delivered("again") == 450);
                await().atMost(LONG).until(() -> dead("again").size() == 50);
                isWell.set(true);
                receiver.forget();

                // When
                command("again", null, true);

                // Then
                await().atMost(LONG).until(() -> delivered("again") == 500);
                assertThat(receiver.received("/again"))
                        .extracting(request -> number(request) % 10)
                        .hasSize(50)
                        .containsOnly(0L);

                // When
                receiver.forget();
                command("again", before, false);

                // Then
                await().atMost(LONG).until(() -> delivered("again") == 1000);
                assertOnce(receiver, "/again", 500);
            }
        }
    }

    @Test
    void recoveryThatFailsIsGivenUpAndHoldsNothing() {
        try (var process = engine("odd", 1000)) {
            // Given
            process.awaitReady();

            // When: no place in a topic can be asked for by such a time.
            int partition = Partitions.of("odd".getBytes(UTF_8), EngineProcess.PARTITIONS);
            var recover = new Command.Recover("op_odd", "odd", Instant.MAX, null, false, Reached.none());
            var command = probe.produce(CommandRecords.write(recover, partition));

            // Then
            var input = new TopicPartition(command.topic(), command.partition());
            await().atMost(LONG).until(() -> committed(input) > command.offset());
            assertThat(probe.read(Topics.OPERATION_STATE))
                    .map(record -> OperationRow.read(record.value()))
                    .filteredOn(OperationRow.Progress.class::isInstance)
                    .map(OperationRow.Progress.class::cast)
                    .filteredOn(progress -> progress.operation().equals("op_odd"))
                    .extracting(OperationRow.Progress::stage)
                    .containsExactly(OperationRow.Progress.Stage.FAILED);
        }
    }

    private static long committed(TopicPartition input) {
        try (var consumer = probe.consumer(Map.of("group.id", Engine.GROUP))) {
            var offset = consumer.committed(Set.of(input)).get(input);
            return offset == null ? -1 : offset.offset();
        }
    }

    private static void command(String endpoint, @Nullable Instant since, boolean missing) {
        int partition = Partitions.of(endpoint.getBytes(UTF_8), EngineProcess.PARTITIONS);
        var command = new Command.Recover("op_1", endpoint, since, null, missing, Reached.none());
        probe.produce(CommandRecords.write(command, partition));
    }

    private static EngineProcess engine(String instance, int queue) {
        return EngineProcess.start(kafka.bootstrapServers(), EngineProcess.settings(instance, SECONDS, limits(queue)));
    }

    private static GateLimits limits(int endpointQueue) {
        return new GateLimits(256, 16, 20_000, endpointQueue);
    }

    private void produce(String endpoint, int count) {
        try (var producer = probe.producer(Map.of("acks", "all", "linger.ms", "5"))) {
            for (int i = 0; i < count; i++) {
                int n = position.incrementAndGet();
                var _ = producer.send(Deliveries.delivery(endpoint, endpoint + "-" + numbers(endpoint), n));
            }
            producer.flush();
        }
    }

    private final Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();

    private int numbers(String endpoint) {
        return numbers.computeIfAbsent(endpoint, _ -> new AtomicInteger()).incrementAndGet();
    }

    private static List<String> ids(String endpoint, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> endpoint + "-" + i).toList();
    }

    private static String id(Received request) {
        return String.valueOf(request.header("webhook-id"));
    }

    private static long number(Received request) {
        return Long.parseLong(id(request).substring(id(request).lastIndexOf('-') + 1));
    }

    private static void assertOnce(HttpReceiver receiver, String path, int count) {
        assertThat(receiver.received(path))
                .extracting(CursorIT::id)
                .doesNotHaveDuplicates()
                .hasSize(count);
    }

    private static long rows(String endpoint) {
        return probe.read(Topics.DELIVERY_CURSOR_STATE).stream()
                .filter(row -> new String(row.key(), UTF_8).equals(endpoint))
                .count();
    }

    /// How many deliveries wait behind the endpoint's cursor that were attempted before.
    private static long parked(String endpoint) {
        var row = Deliveries.cursors(probe).get(endpoint);
        return row == null
                ? 0
                : row.open().values().stream()
                        .filter(tried -> tried.attempt() > 1)
                        .count();
    }

    /// How many records retry topics hold of an endpoint.
    private static int retries(String endpoint) {
        return (int) EngineProcess.TIERS.stream()
                .flatMap(tier ->
                        probe.read(Topics.retry(tier, EngineProcess.PARTITIONS).name()).stream())
                .filter(record -> new String(record.key(), UTF_8).equals(endpoint))
                .count();
    }

    private static List<String> dead(String endpoint) {
        return probe.read(Topics.DELIVERY_DEAD).stream()
                .filter(letter -> new String(letter.key(), UTF_8).equals(endpoint))
                .map(letter -> String.valueOf(Deliveries.header(letter, EventHeaders.ID)))
                .toList();
    }

    private static long delivered(String endpoint) {
        return probe.read(Topics.DELIVERY_ATTEMPT).stream()
                .filter(entry -> new String(entry.key(), UTF_8).equals(endpoint))
                .filter(entry -> new String(entry.value(), UTF_8).contains("\"outcome\":\"delivered\""))
                .count();
    }
}
