package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.presence.PartitionPresence;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Watermark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// One owned partition: the same number of each co-partitioned topic. Confined to the worker's thread.
final class Slot {

    /// The co-partitioned topics.
    static final List<String> TOPICS =
            List.of(Topics.EVENT_PUBLISHED, Topics.INTEREST_STATE, Topics.PRESENCE_STATE, Topics.CHANNEL_QUERY);

    /// Where a partition is on its way into this worker's hands.
    enum Phase {
        /// Nothing is known of it.
        COLD,
        /// Its memory is being rebuilt.
        LOADING,
        /// It is routed.
        WARM,
        /// It was routed, and is between two assignments.
        PARKED,
        /// It is assigned again; whether nobody else had it meanwhile is to be seen.
        RETURNED
    }

    private final int partition;
    private final List<TopicPartition> topicPartitions;
    private Phase phase = Phase.COLD;
    private boolean doubtful;
    private boolean paused;
    private @Nullable PartitionMemory memory;
    private @Nullable PartitionPresence presence;
    private @Nullable Takeover takeover;
    private Map<String, Watermark> marks = Map.of();
    private final Map<String, Long> committed = new HashMap<>();
    private final Map<String, Long> attempted = new HashMap<>();

    Slot(int partition) {
        this.partition = partition;
        this.topicPartitions = topicPartitions(partition);
    }

    int partition() {
        return partition;
    }

    /// The partitions of that number.
    static List<TopicPartition> topicPartitions(int number) {
        return TOPICS.stream().map(topic -> new TopicPartition(topic, number)).toList();
    }

    List<TopicPartition> topicPartitions() {
        return topicPartitions;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
    }

    /// Only of a slot that was warm once.
    PartitionMemory memory() {
        return Objects.requireNonNull(memory, "slot is cold");
    }

    /// Only of a slot that was warm once.
    PartitionPresence presence() {
        return Objects.requireNonNull(presence, "slot is cold");
    }

    Watermark mark(String topic) {
        return Objects.requireNonNull(marks.get(topic), "slot is cold");
    }

    boolean isWarm() {
        return phase == Phase.WARM;
    }

    @Nullable
    Takeover takeover() {
        return takeover;
    }

    void load(Takeover loading) {
        takeover = loading;
        doubtful = false;
        phase = Phase.LOADING;
    }

    /// All partitions were taken away, and this one may come back.
    void park() {
        switch (phase) {
            case WARM, RETURNED -> phase = Phase.PARKED;
            case LOADING -> doubtful = true;
            case COLD, PARKED -> {
                // As before.
            }
        }
    }

    /// Whether others may have had the partition since its rebuilding began.
    boolean isDoubtful() {
        return phase == Phase.LOADING && doubtful;
    }

    /// Nobody had.
    void trust() {
        doubtful = false;
    }

    /// Whether reading stands still, because too much is on its way.
    boolean isPaused() {
        return paused;
    }

    void paused(boolean yes) {
        paused = yes;
    }

    /// Bytes on their way that must arrive.
    long owedBytes() {
        long bytes = 0;
        for (var mark : marks.values()) {
            bytes += mark.owedBytes();
        }
        return bytes;
    }

    void adopt(Takeover.Result result) {
        takeover = null;
        memory = result.memory();
        presence = result.presence();
        marks = new HashMap<>();
        committed.clear();
        attempted.clear();
        result.starts().forEach((topic, start) -> {
            marks.put(topic, new Watermark(start));
            committed.put(topic, start);
            attempted.put(topic, start);
        });
        phase = Phase.WARM;
    }

    /// Forgets everything.
    void cool() {
        doubtful = false;
        if (takeover != null) {
            takeover.cancel();
            takeover = null;
        }
        memory = null;
        presence = null;
        marks = Map.of();
        phase = Phase.COLD;
    }

    /// Whether everything that was sent is acknowledged. What is still to be told of members does not count: it
    /// may wait for seconds, and whoever owns the partition next tells it.
    boolean isDone() {
        return marks.entrySet().stream()
                .allMatch(mark -> mark.getKey().equals(Topics.PRESENCE_STATE)
                        || mark.getValue().isDone());
    }

    boolean isFailed() {
        for (var mark : marks.values()) {
            if (mark.isFailed()) {
                return true;
            }
        }
        return false;
    }

    /// What could be committed now and is not.
    Map<TopicPartition, Long> uncommitted() {
        var offsets = new HashMap<TopicPartition, Long>();
        marks.forEach((topic, mark) -> {
            long low = mark.low();
            if (low > attempted.getOrDefault(topic, -1L)) {
                attempted.put(topic, low);
            }
            if (low > committed.getOrDefault(topic, -1L)) {
                offsets.put(new TopicPartition(topic, partition), low);
            }
        });
        return offsets;
    }

    void committed(String topic, long offset) {
        committed.merge(topic, offset, Math::max);
    }

    /// Whether what the group has committed can only be our own doing.
    ///
    /// @param offsets by topic; -1 for none
    boolean isOurs(Map<String, Long> offsets) {
        return TOPICS.stream().allMatch(topic -> {
            long theirs = offsets.getOrDefault(topic, -1L);
            return theirs <= attempted.getOrDefault(topic, -1L)
                    && (theirs >= committed.getOrDefault(topic, 0L) || theirs < 0);
        });
    }
}
