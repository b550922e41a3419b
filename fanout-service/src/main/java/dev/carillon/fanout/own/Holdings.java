package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The partitions that a worker holds, through every rebalance, and what is committed of them.
///
/// The assignment is eager: every rebalance takes all partitions away and then gives some. What comes back
/// keeps its memory, if the group's commits show that nobody else had it in between.
///
/// Confined to the worker's thread; Kafka calls back on it too, from within `poll`.
final class Holdings implements ConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(Holdings.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Takeover.Sources sources;
    private final Settling settling;
    private final Map<Integer, Slot> slots = new TreeMap<>();
    private boolean assigned;
    private boolean throttled;
    private long retryAt = System.nanoTime();

    /// Told of what becomes of partitions.
    interface Settling {
        /// A partition is about to be routed, from a memory that was just rebuilt.
        void warmed(Slot slot, Takeover.Result result);
    }

    Holdings(Consumer<byte[], byte[]> consumer, Takeover.Sources sources, Settling settling) {
        this.consumer = consumer;
        this.sources = sources;
        this.settling = settling;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        assigned = false;
        awaitAcknowledgements();
        commitNow();
        slots.values().stream().filter(slot -> !slot.isWarm()).forEach(Slot::cool);
        slots.values().removeIf(slot -> !slot.isWarm());
        slots.values().forEach(slot -> slot.phase(Slot.Phase.PARKED));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.warn("partitions were lost to others, nothing of them is committed");
        abandon();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        var owned = new HashSet<Integer>();
        partitions.stream()
                .filter(partition -> partition.topic().equals(Topics.EVENT_PUBLISHED))
                .forEach(partition -> owned.add(partition.partition()));
        slots.keySet().retainAll(owned);
        for (var partition : owned) {
            var slot = slots.computeIfAbsent(partition, Slot::new);
            if (slot.phase() == Slot.Phase.PARKED) {
                slot.phase(Slot.Phase.RETURNED);
            }
        }
        consumer.pause(partitions);
        throttled = false;
        assigned = true;
        retryAt = System.nanoTime();
    }

    /// Brings partitions on their way a step further; call often.
    void settle() {
        if (!assigned) {
            return;
        }
        slots.values().stream().filter(Slot::isWarm).filter(Slot::isFailed).forEach(this::goBack);
        slots.values().forEach(this::adopt);
        if (System.nanoTime() - retryAt < 0) {
            return;
        }
        var unsettled = slots.values().stream()
                .filter(slot -> slot.phase() == Slot.Phase.COLD || slot.phase() == Slot.Phase.RETURNED)
                .toList();
        if (!unsettled.isEmpty()) {
            begin(unsettled);
        }
    }

    /// Forgets everything at once, without a commit.
    void abandon() {
        assigned = false;
        slots.values().forEach(Slot::cool);
        slots.clear();
    }

    /// The slot, if the worker routes it at the moment.
    @Nullable
    Slot warm(int partition) {
        var slot = slots.get(partition);
        return slot != null && slot.isWarm() ? slot : null;
    }

    List<Slot> warm() {
        return slots.values().stream().filter(Slot::isWarm).toList();
    }

    /// Every partition that is assigned, warm or not.
    ///
    /// @param member who holds them
    List<PartitionView> views(String member) {
        return slots.values().stream().map(slot -> view(slot, member)).toList();
    }

    /// Whether the group gave this worker its share, and all of it is routed.
    boolean isSettled() {
        return assigned && slots.values().stream().allMatch(Slot::isWarm);
    }

    boolean isAssigned() {
        return assigned;
    }

    /// Stops or resumes reading.
    void throttle(boolean full) {
        if (!assigned || full == throttled) {
            return;
        }
        throttled = full;
        for (var slot : warm()) {
            if (full) {
                consumer.pause(slot.topicPartitions());
            } else {
                consumer.resume(slot.topicPartitions());
            }
        }
    }

    /// Commits what is certain, without waiting.
    void commitLater() {
        var offsets = uncommitted();
        if (assigned && !offsets.isEmpty()) {
            consumer.commitAsync(offsets, (done, fault) -> {
                if (fault == null) {
                    noteCommitted(done);
                } else {
                    LOG.debug("commit failed, the next one covers it", fault);
                }
            });
        }
    }

    /// Waits a little for what is on its way.
    void awaitAcknowledgements() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!slots.values().stream().allMatch(Slot::isDone) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Commits what is certain, and waits for it.
    void commitNow() {
        var offsets = uncommitted();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, PATIENCE);
            noteCommitted(offsets);
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("last commit failed, the next owner repeats a little", e);
        }
    }

    private void begin(List<Slot> unsettled) {
        var partitions = new HashSet<TopicPartition>();
        unsettled.forEach(slot -> partitions.addAll(slot.topicPartitions()));
        Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = consumer.committed(partitions, PATIENCE);
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("commits cannot be read, trying again", e);
            retryAt = System.nanoTime() + RETRY.toNanos();
            return;
        }
        for (var slot : unsettled) {
            begin(slot, offsets(slot, committed));
        }
    }

    private void begin(Slot slot, Map<String, Long> committed) {
        if (slot.phase() == Slot.Phase.RETURNED && slot.isOurs(committed)) {
            slot.phase(Slot.Phase.WARM);
            goOn(slot);
            return;
        }
        slot.cool();
        slot.load(Takeover.start(slot.partition(), committed, sources));
    }

    private void adopt(Slot slot) {
        var takeover = slot.takeover();
        if (takeover == null || !takeover.result().isDone()) {
            return;
        }
        if (takeover.result().isCompletedExceptionally()) {
            LOG.warn(
                    "a partition cannot be rebuilt, trying again",
                    takeover.result().exceptionNow());
            slot.cool();
            retryAt = System.nanoTime() + RETRY.toNanos();
            return;
        }
        var result = takeover.result().resultNow();
        slot.adopt(result);
        goOn(slot);
        settling.warmed(slot, result);
    }

    private void goOn(Slot slot) {
        slot.topicPartitions()
                .forEach(partition ->
                        consumer.seek(partition, slot.mark(partition.topic()).next()));
        if (!throttled) {
            consumer.resume(slot.topicPartitions());
        }
    }

    /// Something that must not be lost was: all since the last commit is done again, from a fresh memory.
    private void goBack(Slot slot) {
        LOG.warn("a record could not be written, going back to the last commit");
        consumer.pause(slot.topicPartitions());
        slot.cool();
        retryAt = System.nanoTime() + RETRY.toNanos();
    }

    private PartitionView view(Slot slot, String member) {
        if (!slot.isWarm()) {
            return new PartitionView(slot.partition(), member, false, 0, -1, 0, 0, 0);
        }
        var memory = slot.memory();
        var log = new TopicPartition(Topics.EVENT_PUBLISHED, slot.partition());
        return new PartitionView(
                slot.partition(),
                member,
                true,
                memory.position(),
                consumer.currentLag(log).orElse(-1),
                memory.channelCount(),
                memory.followerCount(),
                memory.ringBytes());
    }

    private Map<TopicPartition, OffsetAndMetadata> uncommitted() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        warm().forEach(slot -> slot.uncommitted()
                .forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset))));
        return offsets;
    }

    private void noteCommitted(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            var slot = slots.get(partition.partition());
            if (slot != null) {
                slot.committed(partition.topic(), offset.offset());
            }
        });
    }

    private static Map<String, Long> offsets(Slot slot, Map<TopicPartition, OffsetAndMetadata> committed) {
        var offsets = new HashMap<String, Long>();
        for (var partition : slot.topicPartitions()) {
            var offset = committed.get(partition);
            if (offset != null) {
                offsets.put(partition.topic(), offset.offset());
            }
        }
        return offsets;
    }
}
