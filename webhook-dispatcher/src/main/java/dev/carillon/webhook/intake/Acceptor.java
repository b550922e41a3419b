package dev.carillon.webhook.intake;

import dev.carillon.contract.TelemetryNames;
import dev.carillon.contract.Topics;
import dev.carillon.kit.LogScope;
import dev.carillon.webhook.cursor.Mode;
import dev.carillon.webhook.decide.Tiers;
import dev.carillon.webhook.decide.Tiers.Tier;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import dev.carillon.webhook.delivery.AttemptRecords.Trace;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.delivery.Task;
import dev.carillon.webhook.gate.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Takes input records in: each ends in a queue, in memory until it is due, in another retry topic, with the
/// commands, or is known to be decided already. Confined to the intake thread.
final class Acceptor {

    private static final Logger LOG = Logger.getLogger(Acceptor.class);

    private final Tiers tiers;
    private final Gate gate;
    private final Holding holding;
    private final Decisions decisions;
    private final Desk desk;
    private final Backlogs backlogs;
    private final Meters meters;
    private final Consumer<Decision> decided;

    /// Has commands carried out.
    interface Desk {

        /// @param size what the command keeps in memory
        void take(ConsumerRecord<byte[], byte[]> command, OwnedPartition owned, int size);

        /// Whether a command ended this delivery.
        boolean isCancelled(Delivery delivery);
    }

    Acceptor(
            Tiers tiers,
            Gate gate,
            Holding holding,
            Decisions decisions,
            Desk desk,
            Backlogs backlogs,
            Meters meters,
            Consumer<Decision> decided) {
        this.tiers = tiers;
        this.gate = gate;
        this.holding = holding;
        this.decisions = decisions;
        this.desk = desk;
        this.backlogs = backlogs;
        this.meters = meters;
        this.decided = decided;
    }

    /// When a record of a retry topic is to be looked at, or null when that is now.
    @Nullable
    Instant sleepsUntil(ConsumerRecord<byte[], byte[]> record, Instant now) {
        var tier = tiers.of(record.topic());
        if (tier == null) {
            return null;
        }
        var matures = Tiers.matures(tier, record.timestamp());
        return matures.isAfter(now) ? matures : null;
    }

    void accept(ConsumerRecord<byte[], byte[]> record, OwnedPartition owned, Instant now) {
        var source = Source.of(record);
        int size = Delivery.size(record);
        owned.accept(source, size);
        var trace = owned.takeTrace(source);
        if (trace != null && trace.openUntil() == null) {
            remember(trace, owned);
            forget(source, size, owned);
            return;
        }
        if (record.topic().equals(Topics.DELIVERY_COMMAND)) {
            desk.take(record, owned, size);
            return;
        }
        Delivery delivery;
        try {
            delivery = DeliveryRecords.read(record);
        } catch (IllegalArgumentException | ArithmeticException e) {
            try (var _ = LogScope.of(TelemetryNames.PARTITION, record.partition())) {
                LOG.warn("delivery is not readable and becomes a dead letter", e);
            }
            meters.decided(Lane.FRESH, Result.DEAD);
            decided.accept(decisions.unreadable(record, owned.ownership(), size, String.valueOf(e.getMessage()), now));
            return;
        }
        if (trace != null) {
            remember(trace, owned);
        } else if (isRepeated(delivery, owned)) {
            meters.repeated();
            decided.accept(decisions.repeated(new Task(delivery, owned.ownership()), now));
            forget(source, size, owned);
            return;
        }
        var task = new Task(underWay(delivery, trace), owned.ownership());
        if (!Backlogs.isFromLog(task) || !backlogs.takes(task, owned, now)) {
            place(task, owned, now);
        }
    }

    /// Puts a task where it belongs by its due time.
    void place(Task task, OwnedPartition owned, Instant now) {
        var delivery = task.delivery();
        switch (tiers.chooseAgain(Duration.between(now, delivery.due()))) {
            case Tiers.Wait.None _ -> queue(task, owned, now);
            case Tiers.Wait.Hold _ -> hold(task, now);
            case Tiers.Wait.In(var tier) -> move(task, tier, delivery.due(), delivery.moves(), now);
        }
    }

    /// Queues a task that is due. One whose endpoint may not run, or that finds no room, waits behind its
    /// cursor or, if it comes from a retry topic, in one, longer each time: an endpoint that cannot keep up
    /// holds nobody else's deliveries up.
    void queue(Task task, OwnedPartition owned, Instant now) {
        var id = task.delivery().endpoint();
        if (!backlogs.mayRun(id, owned, now)) {
            backlogs.keepAny(task, owned, backlogs.reason(id, owned, now), now);
        } else if (!gate.offer(task)) {
            backlogs.keepAny(task, owned, Mode.OVERFLOW, now);
        }
    }

    /// Puts off what comes from a retry topic.
    ///
    /// @param notBefore earlier makes no sense, or null
    void putOff(Task task, @Nullable Instant notBefore, Instant now) {
        int moves = task.delivery().moves();
        var tier = tiers.forOverflow(moves);
        var due = now.plus(tier.delay());
        move(task, tier, notBefore == null || notBefore.isBefore(due) ? due : notBefore, moves + 1, now);
    }

    private void hold(Task task, Instant now) {
        if (!holding.add(task)) {
            move(
                    task,
                    tiers.forOverflow(0),
                    task.delivery().due(),
                    task.delivery().moves(),
                    now);
        }
    }

    private void move(Task task, Tier tier, Instant due, int moves, Instant now) {
        meters.decided(task.delivery().lane(), Result.MOVED);
        decided.accept(decisions.moved(task, tier, due, moves, now));
    }

    private static boolean isRepeated(Delivery delivery, OwnedPartition owned) {
        var mark = delivery.mark();
        boolean isFresh = delivery.record().topic().equals(Topics.DELIVERY_WEBHOOK) && delivery.lane() == Lane.FRESH;
        if (!isFresh || mark == null) {
            return false;
        }
        if (owned.memory().isKnown(delivery.endpoint(), mark)) {
            return true;
        }
        owned.memory().remember(delivery.endpoint(), mark);
        return false;
    }

    /// The delivery as an owner before this one left it: between two attempts, in memory. One that is cancelled is
    /// due at once, to be told so.
    private Delivery underWay(Delivery delivery, @Nullable Trace trace) {
        var until = trace == null ? null : trace.openUntil();
        int attempt = trace == null || until == null ? delivery.attempt() : trace.attempt() + 1;
        if (desk.isCancelled(delivery)) {
            return delivery.again(attempt, Instant.EPOCH, delivery.firstAt());
        }
        return until == null ? delivery : delivery.again(attempt, until, delivery.firstAt());
    }

    private static void remember(Trace trace, OwnedPartition owned) {
        var mark = trace.mark();
        if (trace.fresh() && mark != null) {
            owned.memory().remember(trace.endpoint(), mark);
        }
    }

    private static void forget(Source source, int size, OwnedPartition owned) {
        owned.passOver(source);
        owned.release(size);
    }
}
