package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutletTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Node BROKER = new Node(0, "localhost", 9092);

    private final Inbox good = new Inbox("good", 1);
    private final Inbox bad = new Inbox("bad", 1);
    private final Inboxes inboxes = new Inboxes();
    private final MockProducer<byte[], byte[]> logSide =
            new MockProducer<>(Cluster.empty(), false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final FanoutMeters meters = new FanoutMeters(new SimpleMeterRegistry());
    private final AtomicInteger lost = new AtomicInteger();
    private long now = 1;

    private final Outlet outlet =
            new Outlet(inboxes, logSide, new Outlet.Bounds(100_000, 50_000, 200_000, PATIENCE), () -> now, meters);

    /// Kafka's client for inboxes: knows the topic of the good one only, until told otherwise.
    private static final class Inboxes extends MockProducer<byte[], byte[]> {
        private volatile boolean knowsAll;

        private Inboxes() {
            super(Cluster.empty(), false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            if (!knowsAll && topic.equals(Topics.inbox("bad").name())) {
                throw new TimeoutException("not in metadata");
            }
            return List.of(new PartitionInfo(topic, 0, BROKER, new Node[] {BROKER}, new Node[] {BROKER}));
        }

        private List<String> topics() {
            return history().stream().map(ProducerRecord::topic).toList();
        }
    }

    @AfterEach
    void close() {
        outlet.close(Duration.ZERO);
    }

    @Test
    void keepsTheFirstMessagesUntilTheInboxIsKnown() {
        // Given
        var mark = new Watermark(0);
        var ticket = mark.register(0);

        // When
        tell(good, 1, ticket);
        tell(good, 2, ticket);
        ticket.done();
        awaitOpen(good);

        // Then
        assertThat(inboxes.history()).extracting(record -> record.value()[0]).containsExactly((byte) 1, (byte) 2);
        assertThat(mark.isDone()).isFalse();
        inboxes.completeNext();
        inboxes.completeNext();
        assertThat(mark.isDone()).isTrue();
        assertThat(meters.inboxLost.count()).isZero();
    }

    @Test
    void anInboxThatIsNotThereLosesItsMessagesAndHoldsNobodyUp() {
        // Given
        var mark = new Watermark(0);
        var ticket = mark.register(0);
        tell(bad, 1, ticket);
        ticket.done();
        awaitOpen(good);

        // When
        pass(PATIENCE.plusMillis(1));
        outlet.turn();
        tell(bad, 2, null);

        // Then
        assertThat(lost).hasValue(2);
        assertThat(bad.losses()).isEqualTo(2);
        assertThat(mark.isDone()).isTrue();
        assertThat(outlet.isOpen(bad)).isFalse();
        assertThat(outlet.shutInboxes()).isEqualTo(1);
        assertThat(outlet.isOpen(good)).isTrue();
        assertThat(inboxes.topics()).doesNotContain(bad.topic());
    }

    @Test
    void anInboxThatIsMadeLaterIsOpenedAgain() {
        // Given
        tell(bad, 1, null);
        pass(PATIENCE.plusMillis(1));
        outlet.turn();

        // When
        inboxes.knowsAll = true;

        // Then
        awaitOpen(bad);
        tell(bad, 2, null);
        assertThat(inboxes.history().getLast().value()).startsWith(2);
    }

    @Test
    void aSlowInboxStopsReadingForNoLongerThanThePatience() {
        // Given
        awaitOpen(good);
        inboxes.knowsAll = true;
        awaitOpen(bad);
        int before = inboxes.history().size();

        // When
        fill(bad, 60_000);

        // Then
        assertThat(outlet.isFull()).isTrue();
        pass(PATIENCE.plusMillis(1));
        assertThat(outlet.isFull()).isFalse();
        assertThat(outlet.isOpen(bad)).isFalse();
        int sent = inboxes.history().size();
        tell(bad, 1, null);
        assertThat(lost).hasValue(1);
        tell(good, 1, null);
        assertThat(inboxes.history()).hasSize(sent + 1);

        // And it is not late any more when it takes what was on its way
        for (int i = before; i < sent; i++) {
            inboxes.completeNext();
        }
        assertThat(outlet.isOpen(bad)).isTrue();
        assertThat(outlet.inFlight()).isLessThan(1000);
    }

    @Test
    void aLongAnswerGoesOutInPartsAndInOrder() {
        // Given
        awaitOpen(good);

        // When
        for (int i = 0; i < 5; i++) {
            var part = new byte[90_000];
            part[0] = (byte) i;
            outlet.tell(good, part, null, lost::incrementAndGet);
        }
        tell(good, 5, null);
        int atOnce = inboxes.history().size();
        for (int i = 0; i < 6; i++) {
            inboxes.completeNext();
            outlet.turn();
        }

        // Then
        assertThat(atOnce).isEqualTo(2);
        assertThat(inboxes.history())
                .extracting(record -> record.value()[0])
                .containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
        assertThat(lost).hasValue(0);
        assertThat(outlet.inFlight()).isZero();
    }

    @Test
    void whatWaitsBehindARecordThatDoesNotArriveIsLost() {
        // Given
        awaitOpen(good);
        for (int i = 0; i < 3; i++) {
            outlet.tell(good, new byte[90_000], null, lost::incrementAndGet);
        }

        // When
        pass(PATIENCE.plusMillis(1));
        outlet.turn();

        // Then
        assertThat(lost).hasValue(1);
        assertThat(outlet.isFull()).isFalse();
    }

    @Test
    void aFailureShutsAnInboxForAWhile() {
        // Given
        awaitOpen(good);
        tell(good, 1, null);

        // When
        inboxes.errorNext(new TimeoutException("expired"));
        outlet.turn();

        // Then
        assertThat(lost).hasValue(1);
        assertThat(outlet.isOpen(good)).isFalse();
        pass(Duration.ofSeconds(2));
        awaitOpen(good);
        tell(good, 2, null);
        inboxes.completeNext();
        assertThat(meters.inboxSent.count()).isEqualTo(1);
    }

    @Test
    void anInboxOnTrialDoesNotStopReading() {
        // Given
        awaitOpen(good);
        tell(good, 1, null);
        inboxes.errorNext(new TimeoutException("expired"));
        outlet.turn();
        pass(Duration.ofSeconds(2));
        awaitOpen(good);

        // When
        fill(good, 60_000);

        // Then
        assertThat(outlet.isFull()).isFalse();
        inboxes.completeNext();
        assertThat(outlet.isFull()).isTrue();
    }

    @Test
    void whatMustArriveCountsForItsPartition() {
        // Given
        var mark = new Watermark(0);
        var ticket = mark.register(0);

        // When
        outlet.write(new ProducerRecord<>("deliveries", new byte[1000]), ticket);
        ticket.done();

        // Then
        assertThat(mark.owedBytes()).isGreaterThan(1000);
        logSide.completeNext();
        assertThat(mark.owedBytes()).isZero();
        assertThat(mark.isDone()).isTrue();
    }

    private void tell(Inbox inbox, int what, Watermark.@Nullable Ticket ticket) {
        outlet.tell(inbox, new byte[] {(byte) what}, ticket, lost::incrementAndGet);
    }

    private void fill(Inbox inbox, int bytes) {
        for (int filled = 0; filled < bytes; filled += 1000) {
            outlet.tell(inbox, new byte[1000], null, lost::incrementAndGet);
        }
    }

    /// The scout looks on a thread of its own.
    private void awaitOpen(Inbox inbox) {
        await().atMost(30, TimeUnit.SECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> {
                    pass(Duration.ofMillis(10));
                    outlet.turn();
                    assertThat(outlet.isSettled(inbox)).isTrue();
                });
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
