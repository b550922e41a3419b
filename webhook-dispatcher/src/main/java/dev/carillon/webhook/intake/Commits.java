package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.delivery.Ownership;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Has what is decided committed every few milliseconds, one transaction after the other, while the intake goes
/// on: a transaction takes longer than a delivery may wait for its turn.
///
/// What is in a transaction under way is neither forgotten nor given to another one: when nothing of it is
/// written, it is the first part of the next. Confined to the intake thread.
final class Commits implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Commits.class);

    /// How many entries a mark's place in the ledger may lag before it is committed again for that alone.
    private static final long LEDGER_LAG = 1000;

    private final Ledger ledger;
    private final Partitioning partitioning;
    private final Supplier<ConsumerGroupMetadata> group;
    private final Duration interval;
    private final Clock clock;
    private final Meters meters;
    private final List<Decision> decided = new ArrayList<>();
    private @Nullable Batch underWay;
    private Instant begunAt = Instant.EPOCH;

    /// What one partition has in a transaction.
    private record Share(OwnedPartition owned, Map<TopicPartition, Watermark.Mark> marks) {}

    /// A transaction under way.
    private record Batch(List<Decision> decisions, List<Share> shares, Future<Ledger.Committed> outcome) {}

    /// @param ledger closed with this
    /// @param group who commits, as of now; for the intake thread
    /// @param interval between the beginnings of transactions, at least
    Commits(
            Ledger ledger,
            Partitioning partitioning,
            Supplier<ConsumerGroupMetadata> group,
            Duration interval,
            Clock clock,
            Meters meters) {
        this.ledger = ledger;
        this.partitioning = partitioning;
        this.group = group;
        this.interval = interval;
        this.clock = clock;
        this.meters = meters;
    }

    void add(Decision decision) {
        decided.add(decision);
    }

    /// Follows up a transaction that has ended, and begins the next one when it is time. Never waits.
    ///
    /// @throws Ledger.LostException when this process cannot go on as it is
    void tend(Instant now) {
        var batch = underWay;
        if (batch != null && batch.outcome().isDone()) {
            settle(batch);
        }
        if (underWay == null && !begunAt.plus(interval).isAfter(now)) {
            begin(now);
        }
    }

    /// Commits all that is decided, and waits for it.
    ///
    /// @throws Ledger.LostException when this process cannot go on as it is
    void finish() {
        var batch = underWay;
        if (batch != null) {
            settle(batch);
        }
        begin(clock.instant());
        var last = underWay;
        if (last != null) {
            settle(last);
        }
    }

    @Override
    public void close() {
        ledger.close();
    }

    private void begin(Instant now) {
        begunAt = now;
        decided.removeIf(decision -> decision.ownership().isLost());
        if (!partitioning.isSettled()) {
            return;
        }
        var touched = touched();
        var shares = new ArrayList<Share>();
        var marks = new HashMap<TopicPartition, Watermark.Mark>();
        var cursors = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var owned : partitioning.all()) {
            if (owned.isWarm()) {
                int partition = owned.ownership().partition();
                var rows = owned.cursors().changes(partition);
                if (!rows.isEmpty()) {
                    // Only an offset has the group look whether the partition is still ours.
                    touched.add(new TopicPartition(Topics.DELIVERY_WEBHOOK, partition));
                }
                cursors.addAll(rows);
                var share = new Share(owned, owned.marks(touched, LEDGER_LAG));
                shares.add(share);
                marks.putAll(share.marks());
            }
        }
        if (decided.isEmpty() && marks.isEmpty() && cursors.isEmpty()) {
            return;
        }
        var decisions = List.copyOf(decided);
        decided.clear();
        underWay = new Batch(decisions, shares, ledger.commit(decisions, cursors, marks, group.get()));
    }

    private Set<TopicPartition> touched() {
        var touched = new HashSet<TopicPartition>();
        for (var decision : decided) {
            var source = decision.source();
            touched.add(new TopicPartition(source.topic(), source.partition()));
        }
        return touched;
    }

    private void settle(Batch batch) {
        underWay = null;
        switch (outcome(batch)) {
            case Ledger.Committed.Yes(var ends) -> committed(batch, ends);
            case Ledger.Committed.No _ -> {
                LOG.debug("nothing is committed");
                takeBack(batch, batch.decisions());
            }
            case Ledger.Committed.TooLarge _ -> takeBack(batch, withoutLargest(batch.decisions()));
        }
        meters.committed(Duration.between(begunAt, clock.instant()));
    }

    private static Ledger.Committed outcome(Batch batch) {
        try {
            return batch.outcome().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("commit failed on this side", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a commit is waited for", e);
        }
    }

    private static void committed(Batch batch, Map<Integer, Long> ends) {
        for (var share : batch.shares()) {
            var owned = share.owned();
            owned.cursors().written();
            owned.ledgerReaches(ends.getOrDefault(owned.ownership().partition(), 0L));
            share.marks().forEach((input, mark) -> owned.committed(input.topic(), mark));
        }
        var owners = new HashMap<Ownership, OwnedPartition>();
        batch.shares().forEach(share -> owners.put(share.owned().ownership(), share.owned()));
        for (var decision : batch.decisions()) {
            var owned = owners.get(decision.ownership());
            if (decision.isFinal() && owned != null) {
                owned.release(decision.size());
            }
        }
    }

    private void takeBack(Batch batch, List<Decision> decisions) {
        decided.addAll(0, decisions);
        batch.shares().forEach(share -> share.owned().cursors().notWritten());
    }

    /// One record that Kafka does not take would hold all others up for good: the largest one loses its data.
    private static List<Decision> withoutLargest(List<Decision> decisions) {
        var lean = new ArrayList<>(decisions);
        lean.stream().max(Comparator.comparingInt(Decision::largest)).ifPresent(largest -> {
            LOG.warn("record is too large for its topic and becomes a dead letter without data");
            lean.set(lean.indexOf(largest), largest.withoutLargest());
        });
        return lean;
    }
}
