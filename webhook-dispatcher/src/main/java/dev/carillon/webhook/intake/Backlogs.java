package dev.carillon.webhook.intake;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.contract.Topics;
import dev.carillon.kit.LogScope;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.cursor.Cursor;
import dev.carillon.webhook.cursor.Mode;
import dev.carillon.webhook.cursor.Progress;
import dev.carillon.webhook.cursor.Try;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.gate.Breaker;
import dev.carillon.webhook.gate.Gate;
import dev.carillon.webhook.gate.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Deliveries of endpoints that may not run, do not keep up, or are ordered and failed: keeps them behind a
/// cursor instead of in memory. [CatchUp] brings them back when the endpoint may go on.
///
/// What it does to cursors and what it decides reaches Kafka in the same transaction as the offsets that pass
/// over it, so at any moment either the offsets or a cursor hold every undecided delivery. Confined to the
/// intake thread.
final class Backlogs {

    private static final Logger LOG = Logger.getLogger(Backlogs.class);

    /// How many deliveries wait behind one cursor before others that failed wait in retry topics.
    private static final int MOST_PARKED = 500;

    /// Deliveries that were first attempted so long ago do not wait behind cursors: Kafka keeps them for 7 days.
    private static final Duration OLD = Duration.ofDays(5);

    private final Gate gate;
    private final Function<String, @Nullable Endpoint> endpoints;
    private final Shelf shelf;
    private final Decisions decisions;
    private final Meters meters;
    private final Consumer<Decision> decided;

    /// Puts a delivery from a retry topic off that does not wait behind a cursor.
    interface Shelf {
        void putOff(Task task, @Nullable Instant notBefore, Instant now);
    }

    /// @param endpoints finds an endpoint by its id; never waits
    Backlogs(
            Gate gate,
            Function<String, @Nullable Endpoint> endpoints,
            Shelf shelf,
            Decisions decisions,
            Meters meters,
            Consumer<Decision> decided) {
        this.gate = gate;
        this.endpoints = endpoints;
        this.shelf = shelf;
        this.decisions = decisions;
        this.meters = meters;
        this.decided = decided;
    }

    /// Whether an endpoint may be attempted now. One that nobody knows may: the attempt finds out.
    boolean mayRun(String id, OwnedPartition owned, Instant now) {
        var endpoint = endpoints.apply(id);
        if (endpoint != null && !Terms.isOpen(endpoint)) {
            return false;
        }
        var cursor = owned.cursors().find(id);
        var until = cursor == null ? null : cursor.until();
        var breaker = owned.breakers().get(id);
        return (until == null || !until.isAfter(now)) && (breaker == null || !breaker.isShut(now));
    }

    /// Keeps a delivery behind the cursor if it belongs there: one that was just accepted from
    /// [Topics#DELIVERY_WEBHOOK].
    ///
    /// @return whether it did
    boolean takes(Task task, OwnedPartition owned, Instant now) {
        var delivery = task.delivery();
        var id = delivery.endpoint();
        var cursor = owned.cursors().find(id);
        if (cursor != null && cursor.covers(delivery.record().offset())) {
            pass(cursor, task, owned);
            return true;
        }
        boolean mustWait = cursor != null && (cursor.hasTail() || cursor.hasParked()) && isOrdered(id);
        boolean mayRun = mayRun(id, owned, now);
        if (mayRun && !mustWait) {
            return false;
        }
        keep(task, owned, mayRun ? Mode.ORDERED : reason(id, owned, now), now);
        return true;
    }

    /// Keeps a delivery from [Topics#DELIVERY_WEBHOOK] behind the cursor of its endpoint.
    void keep(Task task, OwnedPartition owned, Mode mode, Instant now) {
        var delivery = task.delivery();
        var source = delivery.source();
        var cursor = open(delivery.endpoint(), owned, mode, now);
        boolean isNewest =
                source.offset() + 1 == owned.watermark(source.topic()).next()
                        && isUndecidedFrom(source.offset(), owned);
        if (isNewest && Try.of(delivery).equals(Try.FIRST) && cursor.canStartTail(source.offset())) {
            cursor.startTail(source.offset());
            pass(cursor, task, owned);
        } else {
            park(task, Try.of(delivery), cursor);
        }
    }

    /// An endpoint must not be attempted: all that waits for it in memory goes behind its cursor, and whatever
    /// comes stays there.
    ///
    /// @param until how long at least, or null
    void shut(String id, OwnedPartition owned, Mode mode, @Nullable Instant until, Instant now) {
        var cursor = open(id, owned, mode, now);
        release(cursor.shut(mode, until), owned);
        for (var task : gate.withdraw(id)) {
            if (task.ownership() == owned.ownership()) {
                keepAny(task, owned, mode, now);
            }
        }
        long next = owned.watermark(Topics.DELIVERY_WEBHOOK).next();
        if (cursor.canStartTail(next) && isUndecidedFrom(next, owned)) {
            cursor.startTail(next);
        }
    }

    /// Takes a task back that may not be attempted now.
    void keepAny(Task task, OwnedPartition owned, Mode mode, Instant now) {
        if (isFromLog(task)) {
            keep(task, owned, mode, now);
        } else if (mode == Mode.DISABLED && mayPark(task, owned, now)) {
            decided.accept(decisions.parked(task, now));
            var delivery = task.delivery();
            open(delivery.endpoint(), owned, mode, now).park(delivery.origin(), Try.of(delivery));
        } else {
            shelf.putOff(task, wait(task.delivery().endpoint(), owned), now);
        }
    }

    /// Why an endpoint may not run.
    Mode reason(String id, OwnedPartition owned, Instant now) {
        var endpoint = endpoints.apply(id);
        if (endpoint != null && !Terms.isOpen(endpoint)) {
            return Mode.DISABLED;
        }
        var breaker = owned.breakers().get(id);
        return breaker != null && breaker.isShut(now) ? Mode.BREAKER : Mode.PAUSED;
    }

    /// What is decided about the first delivery of an ordered endpoint, which stays behind the cursor.
    void stays(Tried tried, Decisions.Stays stays, OwnedPartition owned, Instant now) {
        var delivery = tried.task().delivery();
        decided.accept(stays.decision());
        var cursor = open(delivery.endpoint(), owned, Mode.ORDERED, now);
        cursor.park(delivery.record().offset(), stays.tried());
        shut(delivery.endpoint(), owned, Mode.ORDERED, stays.pause(), now);
    }

    /// A delivery that stays in memory was attempted.
    void retried(Task next, OwnedPartition owned) {
        if (isFromLog(next)) {
            var cursor = owned.cursors().at(next.delivery().record().offset());
            if (cursor != null) {
                cursor.retried(next.delivery().record().offset(), Try.of(next.delivery()));
            }
        }
    }

    /// Endpoints that have something waiting, but want nothing any more.
    void bar(Iterable<OwnedPartition> partitions, Instant now) {
        for (var id : gate.takeBarred()) {
            for (var owned : partitions) {
                if (owned.isWarm() && !mayRun(id, owned, now)) {
                    bar(id, owned, now);
                }
            }
            gate.wake(id);
        }
    }

    /// Deliveries that were behind a cursor are no more.
    void expire(Cursor cursor, Progress progress, OwnedPartition owned, Instant now) {
        for (long offset : progress.gone()) {
            expired(cursor, offset, offset + 1, owned, now);
        }
        if (progress.lostFrom() != Cursor.NONE) {
            expired(cursor, progress.lostFrom(), progress.lostTo(), owned, now);
        }
    }

    private void expired(Cursor cursor, long from, long to, OwnedPartition owned, Instant now) {
        meters.expired();
        try (var _ = LogScope.of(TelemetryNames.ENDPOINT_ID, cursor.endpoint())) {
            LOG.warnf("deliveries from offset %d to %d were deleted by retention before they were made", from, to - 1);
        }
        decided.accept(decisions.expired(owned.ownership(), cursor.endpoint(), from, to, now));
    }

    private void bar(String id, OwnedPartition owned, Instant now) {
        var tasks = gate.withdraw(id);
        var ours = tasks.stream()
                .filter(task -> task.ownership() == owned.ownership())
                .toList();
        for (var task : tasks) {
            if (task.ownership() != owned.ownership() && !task.ownership().isLost()) {
                gate.admit(task);
            }
        }
        if (!ours.isEmpty()) {
            ours.forEach(task -> keepAny(task, owned, reason(id, owned, now), now));
            shut(id, owned, reason(id, owned, now), null, now);
        }
    }

    private Cursor open(String id, OwnedPartition owned, Mode mode, Instant now) {
        var cursor = owned.cursors().open(id, mode, now);
        var breaker = owned.breakers().get(id);
        if (breaker != null) {
            cursor.failsSince(breaker.failingSince());
        }
        return cursor;
    }

    /// A live delivery that the cursor covers: the watermark goes on.
    private static void pass(Cursor cursor, Task task, OwnedPartition owned) {
        var delivery = task.delivery();
        owned.passOver(delivery.source());
        if (!cursor.pass(delivery.record())) {
            owned.release(delivery.size());
        }
    }

    private void park(Task task, Try tried, Cursor cursor) {
        var delivery = task.delivery();
        var source = delivery.source();
        decided.accept(new Decision(task.ownership(), source, List.of(), true, delivery.size()));
        cursor.park(source.offset(), tried);
    }

    /// Whether a delivery from a retry topic may wait behind the cursor of its disabled endpoint instead, where the
    /// record stands that it goes back to. That is for endpoints that nobody tries: of one that fails, what failed
    /// before must not come before all else, as its probes.
    ///
    /// Some of each endpoint may, because all that is parked is in one row, and not those that Kafka is about to
    /// delete there. The others carry their data from one retry topic to the next.
    private static boolean mayPark(Task task, OwnedPartition owned, Instant now) {
        var delivery = task.delivery();
        var firstAt = delivery.firstAt();
        boolean isOld = firstAt == null || firstAt.plus(OLD).isBefore(now);
        if (isOld || delivery.origin() < 0) {
            return false;
        }
        var cursor = owned.cursors().find(delivery.endpoint());
        return cursor == null || (cursor.parked() < MOST_PARKED && !cursor.covers(delivery.origin()));
    }

    /// Whether nothing at or above an offset is decided: a tail may begin there.
    private static boolean isUndecidedFrom(long offset, OwnedPartition owned) {
        return offset > owned.watermark(Topics.DELIVERY_WEBHOOK).decidedUntil();
    }

    private @Nullable Instant wait(String id, OwnedPartition owned) {
        var cursor = owned.cursors().find(id);
        var breaker = owned.breakers().get(id);
        var until = cursor == null ? null : cursor.until();
        var probe = breaker == null || breaker.state() != Breaker.State.OPEN ? null : breaker.until();
        if (until == null || probe == null) {
            return until == null ? probe : until;
        }
        return until.isAfter(probe) ? until : probe;
    }

    boolean isOrdered(String id) {
        var endpoint = endpoints.apply(id);
        return endpoint != null && isOrdered(endpoint);
    }

    static boolean isOrdered(Endpoint endpoint) {
        return endpoint.settings().ordering() == Endpoint.Ordering.ENDPOINT;
    }

    static boolean isFromLog(Task task) {
        return task.delivery().record().topic().equals(Topics.DELIVERY_WEBHOOK);
    }

    static void release(List<ConsumerRecord<byte[], byte[]>> records, OwnedPartition owned) {
        records.forEach(record -> owned.release(Delivery.size(record)));
    }
}
