package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.cursor.BacklogReader.Pass;
import dev.carillon.webhook.cursor.Cursor;
import dev.carillon.webhook.cursor.Mode;
import dev.carillon.webhook.cursor.Progress;
import dev.carillon.webhook.cursor.Wanted;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.gate.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Brings deliveries back that wait behind cursors, when their endpoints may go on, as far as there is room for
/// them. Confined to the intake thread.
final class CatchUp {

    /// How many deliveries of an endpoint that catches up are in memory.
    private static final int WINDOW = 256;

    /// Fewer are not worth a pass, unless there are none.
    private static final int WORTH = 64;

    /// Cursors so close to one another share a pass.
    private static final long NEAR = 10_000;

    private static final int PASSES = 8;
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Gate gate;
    private final Backlogs backlogs;
    private final Consumer<Pass> reader;
    private final Meters meters;
    private Instant lookedAt = Instant.EPOCH;

    /// @param reader starts a pass, which [#read] is told about when it ends
    CatchUp(Gate gate, Backlogs backlogs, Consumer<Pass> reader, Meters meters) {
        this.gate = gate;
        this.backlogs = backlogs;
        this.reader = reader;
        this.meters = meters;
    }

    /// Looks after everybody who is behind.
    ///
    /// @param hasRoom whether memory has room for more
    void tend(Iterable<OwnedPartition> partitions, boolean hasRoom, Instant now) {
        if (lookedAt.plus(LOOK).isAfter(now)) {
            return;
        }
        lookedAt = now;
        for (var owned : partitions) {
            if (owned.isWarm()) {
                owned.breakers().values().removeIf(breaker -> breaker.isFresh(now));
                tend(owned, hasRoom, now);
            }
        }
    }

    /// A pass has ended.
    ///
    /// @param owned the partition, which is still ours
    void read(Pass.Result result, OwnedPartition owned, Instant now) {
        owned.passes(-1);
        for (var wanted : result.pass().wanted()) {
            var cursor = owned.cursors().find(wanted.endpoint());
            if (cursor == null || !cursor.isReading(wanted)) {
                continue;
            }
            if (!backlogs.mayRun(wanted.endpoint(), owned, now)) {
                Backlogs.release(cursor.shut(backlogs.reason(wanted.endpoint(), owned, now), null), owned);
                continue;
            }
            var progress = cursor.finish(result.of(wanted));
            Backlogs.release(progress.refused(), owned);
            backlogs.expire(cursor, progress, owned, now);
            progress.loaded().forEach(next -> load(cursor, next, owned));
        }
        lookedAt = Instant.EPOCH;
    }

    private void tend(OwnedPartition owned, boolean hasRoom, Instant now) {
        var wanted = new ArrayList<Wanted>();
        for (var cursor : List.copyOf(owned.cursors().all())) {
            var wants = tend(cursor, owned, now);
            if (wants != null) {
                wanted.add(wants);
            }
        }
        if (wanted.isEmpty() || !hasRoom) {
            return;
        }
        wanted.sort(Comparator.comparing(wants -> readAt(wants, owned)));
        while (owned.passes() < PASSES && !wanted.isEmpty()) {
            long start = wanted.getFirst().start();
            var together = wanted.stream()
                    .filter(wants -> wants.start() >= start && wants.start() - start <= NEAR)
                    .toList();
            wanted.removeAll(together);
            long to = owned.watermark(Topics.DELIVERY_WEBHOOK).next();
            for (var wants : together) {
                var cursor = owned.cursors().find(wants.endpoint());
                if (cursor != null) {
                    cursor.read(wants, to, now);
                }
            }
            owned.passes(1);
            reader.accept(new Pass(owned.ownership(), together, to));
        }
    }

    private static Instant readAt(Wanted wants, OwnedPartition owned) {
        var cursor = owned.cursors().find(wants.endpoint());
        return cursor == null ? Instant.EPOCH : cursor.readAt();
    }

    private @Nullable Wanted tend(Cursor cursor, OwnedPartition owned, Instant now) {
        var id = cursor.endpoint();
        if (cursor.isReading() || !backlogs.mayRun(id, owned, now)) {
            return null;
        }
        if (cursor.mode() == Mode.DISABLED) {
            owned.breakers().remove(id);
            cursor.failsSince(null);
        }
        var breaker = owned.breakers().get(id);
        int width = breaker == null ? WINDOW : Math.min(WINDOW, breaker.width(now));
        boolean isOrdered = backlogs.isOrdered(id);
        cursor.reopen();
        if (cursor.isDone(now)) {
            if (breaker == null || breaker.failingSince() == null) {
                owned.cursors().end(cursor);
            }
            return null;
        }
        int room = Math.min(width - cursor.loaded(), gate.room(id));
        // A slow endpoint must not have a pass for each delivery that it takes.
        boolean isWorth = room >= Math.min(WORTH, Math.max(cursor.loaded(), gate.waiting(id)));
        long accepted = owned.watermark(Topics.DELIVERY_WEBHOOK).next();
        long bytes = gate.roomBytes(id);
        boolean hasRoom = room > 0 && (bytes > 0 || gate.waiting(id) == 0);
        return isWorth && hasRoom ? cursor.wants(now, room, bytes, accepted, isOrdered) : null;
    }

    private void load(Cursor cursor, Progress.Next next, OwnedPartition owned) {
        var record = next.record();
        if (!next.isKept()) {
            owned.hold(Delivery.size(record));
        }
        var delivery = readable(record);
        var mark = delivery == null ? null : delivery.mark();
        boolean isRepeated = delivery != null
                && mark != null
                && next.isNew()
                && delivery.lane() == Lane.FRESH
                && cursor.isRepeated(mark);
        if (delivery == null || isRepeated) {
            owned.cursors().decided(record.offset());
            owned.release(Delivery.size(record));
            meters.repeated();
            return;
        }
        gate.admit(new Task(next.tried().on(delivery), owned.ownership()));
    }

    private static @Nullable Delivery readable(ConsumerRecord<byte[], byte[]> record) {
        try {
            return DeliveryRecords.read(record);
        } catch (IllegalArgumentException | ArithmeticException _) {
            // It became a dead letter when it was accepted.
            return null;
        }
    }
}
