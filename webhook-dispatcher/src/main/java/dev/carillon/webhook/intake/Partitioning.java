package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.delivery.Ownership;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Which partitions this process owns, through rebalances, and which of their inputs are read at the moment.
///
/// The assignor is eager: every rebalance revokes everything. What was known of a partition is kept, and thrown
/// away only when the next assignment does not have it, or when there was an assignment in between in which
/// somebody else may have owned it. Confined to the intake thread, on which Kafka calls back too.
final class Partitioning implements ConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(Partitioning.class);
    private static final int NEVER = -1;

    private final Consumer<byte[], byte[]> consumer;
    private final Events events;
    private final Map<Integer, OwnedPartition> owned = new HashMap<>();
    private int revokedGeneration = NEVER;
    private boolean isSettled;

    /// Who has to act when ownership changes.
    interface Events {

        /// Partitions are about to move: end what runs, commit what is decided.
        void leaving();

        /// Forget everything about it.
        void lost(Ownership ownership);

        /// Find out what was decided in them before, and report to [#warm].
        void takeOver(Map<Ownership, Set<TopicPartition>> partitions);

        /// All that stays is known again: go on.
        void settled();
    }

    Partitioning(Consumer<byte[], byte[]> consumer, Events events) {
        this.consumer = consumer;
        this.events = events;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        if (isSettled) {
            events.leaving();
            revokedGeneration = consumer.groupMetadata().generationId();
            isSettled = false;
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        LOG.warn("partitions are lost: this process was away for too long");
        isSettled = false;
        loseAll();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        if (consumer.groupMetadata().generationId() != revokedGeneration + 1) {
            loseAll();
        }
        var byNumber = new HashMap<Integer, Set<TopicPartition>>();
        assigned.forEach(input -> byNumber.computeIfAbsent(input.partition(), _ -> new HashSet<>())
                .add(input));
        for (var partition : Set.copyOf(owned.values())) {
            boolean isKept = partition.isWarm()
                    && partition
                            .inputs()
                            .equals(byNumber.get(partition.ownership().partition()));
            if (!isKept) {
                lose(partition);
            }
        }
        var fresh = new HashMap<Ownership, Set<TopicPartition>>();
        byNumber.forEach((number, inputs) -> {
            var kept = owned.get(number);
            if (kept == null) {
                var ownership = new Ownership(number);
                owned.put(number, new OwnedPartition(ownership, inputs));
                fresh.put(ownership, inputs);
            } else {
                seek(kept);
            }
        });
        isSettled = true;
        block(false);
        LOG.infof("owns %d partitions of deliveries, %d of them newly", owned.size(), fresh.size());
        if (!fresh.isEmpty()) {
            events.takeOver(fresh);
        }
        events.settled();
    }

    /// Whether the group has given this process its partitions, for now.
    boolean isSettled() {
        return isSettled;
    }

    /// What it still waits for, for people; empty when all partitions are served.
    String pending() {
        if (!isSettled) {
            return "the consumer group is not joined";
        }
        long cold =
                owned.values().stream().filter(partition -> !partition.isWarm()).count();
        return cold == 0 ? "" : cold + " partitions are being taken over";
    }

    @Nullable
    OwnedPartition of(int number) {
        return owned.get(number);
    }

    /// The partition of an ownership, or null when that is lost.
    @Nullable
    OwnedPartition of(Ownership ownership) {
        return ownership.isLost() ? null : owned.get(ownership.partition());
    }

    Collection<OwnedPartition> all() {
        return owned.values();
    }

    /// A take-over is done. When partitions move at this moment, it was in vain: a cold partition is taken over
    /// again.
    ///
    /// @return whether the partition is served from now on
    boolean warm(TakeOver.Ready ready) {
        var partition = of(ready.ownership());
        if (partition == null || partition.isWarm() || !isSettled) {
            return false;
        }
        partition.warm(ready);
        seek(partition);
        return true;
    }

    void wake(Instant now) {
        owned.values().forEach(partition -> partition.wake(now));
    }

    /// Pauses and resumes inputs as things are now.
    ///
    /// @param isFull whether memory has no room for more deliveries
    void block(boolean isFull) {
        if (!isSettled) {
            return;
        }
        var blocked = new HashSet<TopicPartition>();
        for (var partition : owned.values()) {
            blocked.addAll(partition.blocked());
            if (isFull) {
                partition.inputs().stream()
                        .filter(input -> !input.topic().equals(Topics.DELIVERY_COMMAND))
                        .forEach(blocked::add);
            }
        }
        var paused = consumer.paused();
        var resumed = new HashSet<>(paused);
        resumed.removeAll(blocked);
        blocked.removeAll(paused);
        if (!resumed.isEmpty()) {
            consumer.resume(resumed);
        }
        if (!blocked.isEmpty()) {
            consumer.pause(blocked);
        }
    }

    void loseAll() {
        Set.copyOf(owned.values()).forEach(this::lose);
    }

    private void lose(OwnedPartition partition) {
        partition.ownership().lose();
        owned.remove(partition.ownership().partition());
        events.lost(partition.ownership());
    }

    /// Goes on after what was accepted: a rebalance sets positions back to what is committed.
    private void seek(OwnedPartition partition) {
        for (var input : partition.inputs()) {
            consumer.seek(input, partition.watermark(input.topic()).next());
        }
    }
}
