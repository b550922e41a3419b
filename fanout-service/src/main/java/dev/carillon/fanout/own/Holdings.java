package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.route.ChannelMemory;
import dev.carillon.fanout.route.Outlet;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
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
/// With the classic protocol every rebalance takes all partitions away and then gives some. What comes back
/// keeps its memory, or goes on being rebuilt, if the group's commits show that nobody else had it in between:
/// a rebalance on top of another costs nothing. With the newer protocol only what moves is touched.
///
/// Confined to the worker's thread; Kafka calls back on it too, from within `poll`.
final class Holdings implements ConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(Holdings.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// Others wait for a partition as long as this, and nobody for what is not acknowledged by then: it is
    /// repeated.
    private static final Duration HANDOVER = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /// How soon, and later how seldom, another share is asked for in place of one that cannot be routed.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final Duration ASK_SELDOM = Duration.ofMinutes(1);

    /// How partitions come and go.
    enum Style {
        /// All are taken away, then some are given.
        ALL_AT_ONCE,
        /// Some are taken away, or some are added.
        ONE_BY_ONE
    }

    private final Consumer<byte[], byte[]> consumer;
    private final Style style;
    private final Takeover.Sources sources;
    private final Settling settling;
    private final Set<TopicPartition> held = new HashSet<>();
    private final Map<Integer, Slot> slots = new TreeMap<>();
    private boolean assigned;
    private boolean misfit;
    private Duration again = ASK_AGAIN;
    private long againAt;
    private long retryAt = System.nanoTime();

    /// Told of what becomes of partitions.
    interface Settling {
        /// A partition is about to be routed, from a memory that was just rebuilt.
        void warmed(Slot slot, Takeover.Result result);
    }

    Holdings(Consumer<byte[], byte[]> consumer, Style style, Takeover.Sources sources, Settling settling) {
        this.consumer = consumer;
        this.style = style;
        this.sources = sources;
        this.settling = settling;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        var taken = numbers(partitions);
        awaitAcknowledgements(taken);
        commitNow();
        held.removeAll(partitions);
        switch (style) {
            case ALL_AT_ONCE -> {
                assigned = false;
                slots.values().forEach(Slot::park);
            }
            case ONE_BY_ONE -> taken.forEach(this::drop);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.warn("partitions were lost to others, nothing of them is committed");
        held.removeAll(partitions);
        switch (style) {
            case ALL_AT_ONCE -> abandon();
            case ONE_BY_ONE -> numbers(partitions).forEach(this::drop);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        held.addAll(partitions);
        var owned = numbers(held);
        owned.removeIf(partition -> !held.containsAll(Slot.topicPartitions(partition)));
        misfit = owned.size() * Slot.TOPICS.size() != held.size();
        if (misfit) {
            LOG.warn("of some partitions not all topics are here: their numbers of partitions may differ");
        } else {
            again = ASK_AGAIN;
        }
        againAt = System.nanoTime() + again.toNanos();
        List.copyOf(slots.keySet()).stream()
                .filter(partition -> !owned.contains(partition))
                .forEach(this::drop);
        for (var partition : owned) {
            var slot = slots.computeIfAbsent(partition, Slot::new);
            if (slot.phase() == Slot.Phase.PARKED) {
                slot.phase(Slot.Phase.RETURNED);
            }
        }
        consumer.pause(partitions);
        // Any position will do until the memory is there: without one Kafka would look for a commit.
        partitions.forEach(partition -> consumer.seek(partition, 0));
        assigned = true;
        retryAt = System.nanoTime();
    }

    /// Brings partitions on their way a step further; call often.
    void settle() {
        if (!isAssigned()) {
            return;
        }
        askAgain();
        slots.values().stream().filter(Slot::isWarm).filter(Slot::isFailed).forEach(this::goBack);
        slots.values().forEach(this::adopt);
        if (System.nanoTime() - retryAt < 0) {
            return;
        }
        var unsettled = slots.values().stream()
                .filter(slot ->
                        slot.phase() == Slot.Phase.COLD || slot.phase() == Slot.Phase.RETURNED || slot.isDoubtful())
                .toList();
        if (!unsettled.isEmpty()) {
            begin(unsettled);
        }
    }

    /// A static member that returns gets the share that it had, even if that was made while a topic was missing;
    /// and nobody makes another one unless somebody asks.
    private void askAgain() {
        if (misfit && style == Style.ALL_AT_ONCE && System.nanoTime() - againAt >= 0) {
            consumer.enforceRebalance("not all topics of a partition are here");
            again = again.compareTo(ASK_SELDOM) < 0 ? again.multipliedBy(2) : again;
            againAt = System.nanoTime() + again.toNanos();
        }
    }

    /// The log does not go on where it was read: retention was faster, or the topic was made anew. What is
    /// remembered of such a partition has a hole, so it is rebuilt from what there is.
    void outOfRange(Map<TopicPartition, Long> positions) {
        positions.forEach((partition, position) -> {
            LOG.warnf("%s has nothing at %d any more, the partition is rebuilt", partition, position);
            var slot = slots.get(partition.partition());
            if (slot != null) {
                consumer.pause(slot.topicPartitions());
                slot.cool();
            }
        });
        retryAt = System.nanoTime();
    }

    /// Forgets everything at once, without a commit.
    void abandon() {
        assigned = false;
        held.clear();
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
        return isAssigned() && !misfit && slots.values().stream().allMatch(Slot::isWarm);
    }

    /// A share of nothing is not told with the newer protocol: then being a member has to do.
    boolean isAssigned() {
        return assigned
                || (style == Style.ONE_BY_ONE && consumer.groupMetadata().generationId() > 0);
    }

    /// Whether some of what the group gave cannot be routed, because the topics differ in their partitions.
    boolean isMisfit() {
        return misfit;
    }

    /// Stops or resumes reading: of everything, or of those partitions that have too much on its way by
    /// themselves.
    ///
    /// @param full whether to read nothing at all
    /// @param bytes what all of them together may have on its way
    void throttle(boolean full, long bytes) {
        if (!isAssigned()) {
            return;
        }
        var warm = warm();
        for (var slot : warm) {
            boolean pause = full || slot.owedBytes() > bytes / warm.size();
            if (pause != slot.isPaused()) {
                slot.paused(pause);
                if (pause) {
                    consumer.pause(slot.topicPartitions());
                } else {
                    consumer.resume(slot.topicPartitions());
                }
            }
        }
    }

    /// Commits what is certain, without waiting.
    void commitLater() {
        var offsets = uncommitted();
        if (isAssigned() && !offsets.isEmpty()) {
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
        awaitAcknowledgements(slots.keySet());
    }

    private void awaitAcknowledgements(Set<Integer> partitions) {
        var waited = slots.values().stream()
                .filter(slot -> partitions.contains(slot.partition()))
                .toList();
        long deadline = System.nanoTime() + HANDOVER.toNanos();
        while (!waited.stream().allMatch(Slot::isDone) && System.nanoTime() - deadline < 0) {
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
        var loading = slot.takeover();
        if (slot.isDoubtful() && loading != null && loading.startedFrom(committed)) {
            slot.trust();
            return;
        }
        slot.cool();
        slot.load(Takeover.start(slot.partition(), committed, sources));
    }

    private void adopt(Slot slot) {
        var takeover = slot.takeover();
        if (takeover == null || slot.isDoubtful() || !takeover.result().isDone()) {
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
        slot.paused(false);
        consumer.resume(slot.topicPartitions());
    }

    /// Something that must not be lost was: all since the last commit is done again, from a fresh memory.
    private void goBack(Slot slot) {
        LOG.warn("a record could not be written, going back to the last commit");
        consumer.pause(slot.topicPartitions());
        slot.cool();
        retryAt = System.nanoTime() + RETRY.toNanos();
    }

    /// The first channels of warm partitions, by name.
    ///
    /// @param prefix what their names begin with
    /// @param after a name that they come after
    List<ChannelRow> channels(String prefix, String after, int limit) {
        return warm().stream()
                .flatMap(slot -> slot.memory().channels(prefix, after, limit).stream()
                        .map(channel -> row(channel, slot.partition())))
                .sorted(Comparator.comparing(ChannelRow::channel))
                .limit(limit)
                .toList();
    }

    private static ChannelRow row(ChannelMemory channel, int partition) {
        var ring = channel.ring();
        return new ChannelRow(
                channel.channel().name(),
                partition,
                ring.last(),
                ring.floor(),
                ring.size(),
                ring.bytes(),
                channel.followers().size());
    }

    /// What is held, in numbers.
    Figures figures(Outlet outlet) {
        long lag = 0;
        int channels = 0;
        int followers = 0;
        long ringBytes = 0;
        var warm = warm();
        for (var slot : warm) {
            var memory = slot.memory();
            lag += Math.max(0, lag(slot));
            channels += memory.channelCount();
            followers += memory.followerCount();
            ringBytes += memory.ringBytes();
        }
        return new Figures(
                warm.size(),
                slots.size() - warm.size(),
                lag,
                channels,
                followers,
                ringBytes,
                outlet.inFlight(),
                outlet.shutInboxes());
    }

    /// Events that are in the log and not yet read; -1 when not known.
    private long lag(Slot slot) {
        return consumer.currentLag(new TopicPartition(Topics.EVENT_PUBLISHED, slot.partition()))
                .orElse(-1);
    }

    private PartitionView view(Slot slot, String member) {
        if (!slot.isWarm()) {
            return new PartitionView(slot.partition(), member, false, 0, -1, 0, 0, 0);
        }
        var memory = slot.memory();
        return new PartitionView(
                slot.partition(),
                member,
                true,
                memory.position(),
                lag(slot),
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

    private void drop(int partition) {
        var slot = slots.remove(partition);
        if (slot != null) {
            slot.cool();
        }
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toCollection(HashSet::new));
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
