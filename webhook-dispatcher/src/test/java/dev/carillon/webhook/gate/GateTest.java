package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.Event;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class GateTest {

    private final Ownership ownership = new Ownership(0);

    @Test
    void takesTurnsBetweenEndpoints() {
        // Given
        var gate = gate(new GateLimits(100, 10, 1000, 100));
        for (int i = 0; i < 3; i++) {
            gate.offer(task("a", Lane.FRESH));
        }
        gate.offer(task("b", Lane.FRESH));

        // When
        var order = started(gate);

        // Then
        assertThat(order).containsExactly("a", "b", "a", "a");
    }

    @Test
    void prefersFreshOverRetryOverReplayWithoutStarvingThem() {
        // Given
        var gate = gate(new GateLimits(1000, 1000, 4000, 1000));
        gate.offer(task("a", Lane.REPLAY));
        gate.offer(task("a", Lane.RETRY));
        for (int i = 0; i < 20; i++) {
            gate.offer(task("a", Lane.FRESH));
        }

        // When
        var lanes = new ArrayList<Lane>();
        for (var task = gate.next(); task != null; task = gate.next()) {
            lanes.add(task.delivery().lane());
            gate.finished(task, Sign.DELIVERED, Duration.ofMillis(1));
        }

        // Then
        assertThat(lanes.getFirst()).isEqualTo(Lane.FRESH);
        assertThat(lanes.indexOf(Lane.REPLAY)).isEqualTo(7);
        assertThat(lanes.indexOf(Lane.RETRY)).isEqualTo(15);
    }

    @Test
    void limitsOneEndpointAndContinuesWhenOneEnds() {
        // Given
        var gate = gate(new GateLimits(100, 2, 1000, 100));
        for (int i = 0; i < 5; i++) {
            gate.offer(task("a", Lane.FRESH));
        }
        var first = Objects.requireNonNull(gate.next());
        gate.next();
        assertThat(gate.next()).isNull();

        // When
        gate.finished(first, Sign.DELIVERED, Duration.ofMillis(5));

        // Then
        assertThat(gate.next()).isNotNull();
        assertThat(gate.next()).isNull();
        assertThat(gate.inFlight()).isEqualTo(2);
    }

    @Test
    void leavesASlotForHealthyEndpointsHoweverManyHang() {
        // Given: 900 endpoints that never answer, with more than enough for all slots.
        var gate = gate(new GateLimits(1024, 16, 20_000, 1000));
        for (int round = 0; round < 16; round++) {
            for (int e = 0; e < 900; e++) {
                gate.offer(task("hangs-" + e, Lane.FRESH));
            }
        }
        started(gate);

        // When
        gate.offer(task("healthy", Lane.FRESH));

        // Then
        assertThat(started(gate)).containsExactly("healthy");
    }

    @Test
    void oneEndpointHasOnlyAShareOfTheBytesInFlight() {
        // Given
        var gate = gate(new GateLimits(100, 50, 1000, 100, 100, 64_000, Long.MAX_VALUE));
        for (int i = 0; i < 20; i++) {
            gate.offer(task("large", 6_000));
        }
        gate.offer(task("other", 6_000));

        // When
        var order = started(gate);

        // Then: a quarter of what is free
        assertThat(order).containsExactly("large", "other", "large");
    }

    @Test
    void whatDoesNotFitNowLetsOthersBy() {
        // Given
        var gate = gate(new GateLimits(100, 50, 1000, 100, 100, 12_000, Long.MAX_VALUE));
        gate.offer(task("first", 6_000));
        gate.offer(task("large", 7_000));
        gate.offer(task("small", 1_000));
        var first = Objects.requireNonNull(gate.next());

        // When, Then
        assertThat(started(gate)).containsExactly("small");
        gate.finished(first, Sign.DELIVERED, Duration.ofMillis(5));
        assertThat(started(gate)).containsExactly("large");
    }

    @Test
    void readingAgainLeavesHalfOfTheQueueToWhatIsNew() {
        // Given
        var gate = gate(new GateLimits(1, 1, 1000, 1000, 1, Long.MAX_VALUE, 80_000));
        gate.suspend();
        assertThat(gate.roomBytes("a")).isEqualTo(10_000);

        // When
        gate.admit(task("a", 6_000));
        gate.admit(task("b", 30_000));

        // Then
        assertThat(gate.roomBytes("a")).isZero();
        assertThat(gate.roomBytes("c")).isEqualTo(1_000);
        assertThat(gate.offer(task("c", 10_000))).isTrue();
    }

    @Test
    void nobodyIsForgottenWhereThoseBeforeMovedAway() {
        // Given: three endpoints at a server that takes one request at a time
        var urls = new HashMap<>(Map.of("a", "http://old/1", "b", "http://old/2", "c", "http://old/3"));
        var gate = new Gate(
                new GateLimits(100, 10, 1000, 100, 1, Long.MAX_VALUE, Long.MAX_VALUE),
                id -> endpoint(id, Objects.requireNonNull(urls.get(id))),
                () -> 0);
        gate.offer(task("a", Lane.FRESH));
        gate.offer(task("b", Lane.FRESH));
        gate.offer(task("c", Lane.FRESH));
        var first = Objects.requireNonNull(gate.next());
        assertThat(gate.next()).isNull();

        // When: who is next has moved to another
        urls.put("b", "http://new/2");
        gate.finished(first, Sign.DELIVERED, Duration.ofMillis(5));

        // Then
        assertThat(started(gate)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void refusesWhatAnEndpointCannotQueue() {
        // Given
        var gate = gate(new GateLimits(1, 1, 1000, 3));
        gate.suspend();

        // When, Then
        for (int i = 0; i < 3; i++) {
            assertThat(gate.offer(task("a", Lane.FRESH))).isTrue();
        }
        assertThat(gate.offer(task("a", Lane.FRESH))).isFalse();
        assertThat(gate.offer(task("b", Lane.FRESH))).isTrue();
        assertThat(gate.queued()).isEqualTo(4);
    }

    @Test
    void startsNothingWhileSuspended() {
        var gate = gate(new GateLimits(10, 10, 100, 10));
        gate.offer(task("a", Lane.FRESH));

        gate.suspend();
        assertThat(gate.next()).isNull();
        gate.resume();
        assertThat(gate.next()).isNotNull();
    }

    @Test
    void forgetsWhatItNoLongerOwns() {
        // Given
        var gate = gate(new GateLimits(10, 10, 100, 10));
        gate.offer(task("a", Lane.FRESH));
        gate.offer(new Task(delivery("a", Lane.FRESH, 0), new Ownership(1)));

        // When
        gate.drop(ownership);

        // Then
        assertThat(gate.queued()).isEqualTo(1);
        assertThat(started(gate)).hasSize(1);
        assertThat(gate.next()).isNull();
    }

    private static Gate gate(GateLimits limits) {
        return new Gate(limits, _ -> null, () -> 0);
    }

    private static Endpoint endpoint(String id, String url) {
        var state = Endpoint.State.initial(Instant.EPOCH, Standing.VERIFIED);
        return new Endpoint(id, Endpoint.Settings.of(url), new Endpoint.Keys(List.of(), null), state);
    }

    private static List<String> started(Gate gate) {
        var order = new ArrayList<String>();
        for (var task = gate.next(); task != null; task = gate.next()) {
            order.add(task.delivery().endpoint());
        }
        return order;
    }

    private Task task(String endpoint, Lane lane) {
        return new Task(delivery(endpoint, lane, 0), ownership);
    }

    private Task task(String endpoint, int size) {
        return new Task(delivery(endpoint, Lane.FRESH, size), ownership);
    }

    private static Delivery delivery(String endpoint, Lane lane, int size) {
        var event = new Event(
                new Event.Id("event"),
                "t",
                "/s",
                Instant.EPOCH,
                new Channel("c"),
                "",
                ByteString.EMPTY,
                Map.of(),
                null);
        int valueSize = size - Delivery.size(new ConsumerRecord<>("topic", 0, 0, new byte[0], new byte[0]));
        var record = new ConsumerRecord<>(
                "topic",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                valueSize,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
        return new Delivery(record, endpoint, event, lane, 1, Instant.EPOCH, null, 0, null);
    }
}
