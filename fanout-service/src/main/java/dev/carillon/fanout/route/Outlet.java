package dev.carillon.fanout.route;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What a worker sends, in two ways. **Inboxes** get what may be lost, quickly and in order: the chain rule
/// repairs a loss, so it is only counted and the record counts as done. **The log side** (deliveries, dead
/// letters, rows) gets what must not be lost: a record that fails leaves its ticket failed, and the worker goes
/// back.
///
/// Nothing here waits: an inbox that takes nothing, or takes it slowly, has its own [Lane], and loses what does
/// not get through; how full the rest is, the worker asks after each turn.
///
/// Confined to the worker's thread, but for the callbacks, which Kafka's threads run.
public final class Outlet implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Outlet.class);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration BURY_AGAIN = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long WAITING_BYTES = 2L << 20;

    /// What a record takes besides its value, for the bound of what is in flight.
    private static final int OVERHEAD = 512;

    /// Told, on any thread, that a record did not reach an inbox.
    @FunctionalInterface
    public interface Loss {
        void lost();
    }

    /// How much may be on its way.
    ///
    /// @param total bytes to all inboxes that are not late; the log side has twice as much
    /// @param perInbox bytes to one of them
    /// @param buffer bytes that Kafka's client for inboxes holds: beyond, records wait here
    /// @param patience how long a record may be on its way before its inbox is late
    public record Bounds(long total, long perInbox, long buffer, Duration patience) {}

    private final Producer<byte[], byte[]> inboxes;
    private final Producer<byte[], byte[]> logSide;
    private final Bounds bounds;
    private final LongSupplier nanoTime;
    private final FanoutMeters meters;
    private final Lane.Rules rules;
    private final InboxScout scout;
    /// An inbox that nobody knows any more has no lane; while something waits for it, it is known.
    private final Map<Inbox, Lane> lanes = new WeakHashMap<>();
    private final AtomicLong toInboxes = new AtomicLong();
    private final AtomicLong toLog = new AtomicLong();
    private long waiting;
    private volatile long buryAgainAt = System.nanoTime();

    /// @param inboxes keeps the order of what it sends to one topic, gives up soon, and does not block
    /// @param logSide idempotent, waits for all replicas
    /// @param nanoTime a clock that never jumps, in nanoseconds
    public Outlet(
            Producer<byte[], byte[]> inboxes,
            Producer<byte[], byte[]> logSide,
            Bounds bounds,
            LongSupplier nanoTime,
            FanoutMeters meters) {
        this.inboxes = inboxes;
        this.logSide = logSide;
        this.bounds = bounds;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.rules = new Lane.Rules(bounds.patience().toNanos(), PAUSE.toNanos(), WAITING_BYTES);
        this.scout = new InboxScout(inboxes);
    }

    /// Bytes on their way.
    public long inFlight() {
        return toInboxes.get() + waiting + toLog.get();
    }

    /// How many inboxes take nothing at the moment.
    public int shutInboxes() {
        long now = nanoTime.getAsLong();
        return (int) lanes.values().stream().filter(lane -> lane.isShut(now)).count();
    }

    /// Whether so much is on its way that the worker should stop to read on. An inbox that is late does not
    /// count, so this lasts no longer than the patience because of any one of them.
    public boolean isFull() {
        if (toLog.get() > 2 * bounds.total()) {
            return true;
        }
        if (toInboxes.get() + waiting <= Math.min(bounds.total(), bounds.perInbox())) {
            return false;
        }
        long now = nanoTime.getAsLong();
        long inTime = 0;
        for (var lane : lanes.values()) {
            if (!lane.counts(now)) {
                continue;
            }
            long bytes = lane.inFlight();
            if (bytes > bounds.perInbox()) {
                return true;
            }
            inTime += bytes;
        }
        return inTime > bounds.total();
    }

    /// Whether sends to the inbox are tried at the moment.
    public boolean isOpen(Inbox inbox) {
        return !inbox.isSuspended() && !lane(inbox).isShut(nanoTime.getAsLong());
    }

    /// Whether the inbox is known to be there, and takes what it is sent.
    boolean isSettled(Inbox inbox) {
        return lane(inbox).isOpen(nanoTime.getAsLong());
    }

    /// Sends what waited, and looks after inboxes that took nothing; call it every turn.
    public void turn() {
        long now = nanoTime.getAsLong();
        for (var lane : lanes.values()) {
            if (!lane.isSettled()) {
                turn(lane, now);
            }
        }
    }

    /// Tells a node something. What cannot be told is counted, and the node gets all tops later.
    ///
    /// @param ticket done once the fate of the record is known; null when nobody waits
    /// @param loss told when the record did not arrive, then it is sent again; null when nobody cares
    public void tell(Inbox inbox, byte[] message, Watermark.@Nullable Ticket ticket, @Nullable Loss loss) {
        if (inbox.isSuspended()) {
            lost(inbox, loss);
            return;
        }
        long now = nanoTime.getAsLong();
        var lane = lane(inbox);
        int size = message.length + OVERHEAD;
        boolean isNow = !lane.hasWaiting() && lane.takes(size, now) && fits(size);
        if (!isNow && !lane.isWaiting(size, loss != null, now)) {
            lost(inbox, loss);
            return;
        }
        if (ticket != null) {
            ticket.expect();
        }
        var parcel = new Lane.Parcel(inbox, message, ticket, loss);
        if (isNow) {
            send(lane, parcel, now);
        } else {
            waiting += size;
            lane.keep(parcel, size);
        }
    }

    /// Writes what must not be lost.
    ///
    /// @param ticket stays open until the log has the record; null when the record can be written again by others
    public void write(ProducerRecord<byte[], byte[]> record, Watermark.@Nullable Ticket ticket) {
        int size = (record.value() == null ? 0 : record.value().length) + OVERHEAD;
        toLog.addAndGet(size);
        if (ticket != null) {
            ticket.expect(size);
        }
        Callback callback = (_, fault) -> written(record, size, ticket, fault);
        try {
            var _ = logSide.send(record, callback);
        } catch (KafkaException | IllegalStateException e) {
            written(record, size, ticket, e);
        }
    }

    /// Keeps a record that nobody can use. A topic for dead letters that is away stops nothing: the record
    /// stays where it was, a log line names its place, and for a while none is tried, because each try may hold
    /// the worker up.
    ///
    /// @param reason for people
    /// @param ticket stays open until the fate of the dead letter is known
    public void bury(ConsumerRecord<byte[], byte[]> record, String reason, Watermark.Ticket ticket) {
        if (System.nanoTime() - buryAgainAt < 0) {
            unburied(record, reason, null);
            return;
        }
        var dead = DeadLetter.of(record, reason);
        int size = (dead.value() == null ? 0 : dead.value().length) + OVERHEAD;
        toLog.addAndGet(size);
        ticket.expect(size);
        Callback callback = (_, fault) -> {
            toLog.addAndGet(-size);
            if (fault != null) {
                unburied(record, reason, fault);
            }
            ticket.done(size);
        };
        try {
            var _ = logSide.send(dead, callback);
        } catch (KafkaException | IllegalStateException e) {
            callback.onCompletion(null, e);
        }
    }

    private void unburied(ConsumerRecord<byte[], byte[]> record, String reason, @Nullable Exception fault) {
        if (fault != null) {
            buryAgainAt = System.nanoTime() + BURY_AGAIN.toNanos();
            LOG.warn("dead letters cannot be written", fault);
        }
        meters.deadLost.increment();
        LOG.warnf("no dead letter for %s-%d at %d: %s", record.topic(), record.partition(), record.offset(), reason);
    }

    @Override
    public void close() {
        close(CLOSE);
    }

    /// @param patience zero drops what is on its way
    public void close(Duration patience) {
        scout.close();
        inboxes.close(patience);
        logSide.close(patience);
    }

    private Lane lane(Inbox inbox) {
        var known = lanes.get(inbox);
        if (known != null) {
            return known;
        }
        long now = nanoTime.getAsLong();
        var lane = new Lane(inbox.topic(), rules, now);
        lanes.put(inbox, lane);
        scoutFor(lane, now);
        return lane;
    }

    private void turn(Lane lane, long now) {
        scoutFor(lane, now);
        lane.turn(now);
        boolean isShut = lane.isShut(now);
        for (var first = lane.firstWaiting(); first != null; first = lane.firstWaiting()) {
            int size = size(first);
            if (!isShut && !(lane.takes(size, now) && fits(size))) {
                return;
            }
            waiting -= size;
            lane.removeFirst(size);
            if (isShut) {
                told(first);
                lost(first.inbox(), first.loss());
            } else {
                send(lane, first, now);
            }
        }
    }

    private boolean fits(int size) {
        long there = toInboxes.get();
        return there == 0 || there + size <= bounds.buffer();
    }

    private static int size(Lane.Parcel parcel) {
        return parcel.message().length + OVERHEAD;
    }

    private void scoutFor(Lane lane, long now) {
        if (lane.wantsProof(now)) {
            scout.look(lane);
        }
    }

    private void send(Lane lane, Lane.Parcel parcel, long now) {
        int size = size(parcel);
        toInboxes.addAndGet(size);
        long number = lane.sending(size, now);
        Callback callback = (_, fault) -> arrived(lane, parcel, number, fault);
        try {
            var _ = inboxes.send(new ProducerRecord<>(lane.topic(), 0, null, parcel.message()), callback);
        } catch (KafkaException | IllegalStateException e) {
            arrived(lane, parcel, number, e);
        }
    }

    private void arrived(Lane lane, Lane.Parcel parcel, long number, @Nullable Exception fault) {
        int size = size(parcel);
        toInboxes.addAndGet(-size);
        lane.arrived(number, size, fault != null && !(fault instanceof RecordTooLargeException));
        if (fault == null) {
            meters.inboxSent.increment();
        } else {
            LOG.debug("record for an inbox is lost", fault);
            lost(parcel.inbox(), parcel.loss());
        }
        told(parcel);
    }

    private static void told(Lane.Parcel parcel) {
        var ticket = parcel.ticket();
        if (ticket != null) {
            ticket.done();
        }
    }

    private void lost(Inbox inbox, @Nullable Loss loss) {
        meters.inboxLost.increment();
        inbox.lost();
        if (loss != null) {
            loss.lost();
        }
    }

    private void written(
            ProducerRecord<byte[], byte[]> record,
            int size,
            Watermark.@Nullable Ticket ticket,
            @Nullable Exception fault) {
        toLog.addAndGet(-size);
        boolean isDelivery = record.topic().equals(Topics.DELIVERY_WEBHOOK);
        if (fault == null) {
            if (isDelivery) {
                meters.deliveries.increment();
            }
        } else if (fault instanceof RecordTooLargeException) {
            // No retry makes it smaller: it would hold up its partition for ever.
            LOG.error("record is too large for its topic and is left out", fault);
            if (isDelivery) {
                meters.deliveriesRefused.increment();
            }
        } else if (ticket != null) {
            ticket.fail();
            return;
        }
        if (ticket != null) {
            ticket.done(size);
        }
    }
}
