package dev.carillon.fanout.source;

import dev.carillon.fanout.SourceConfig;
import dev.carillon.fanout.source.SourceView.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// One membership of this instance in the group of a source: reads, maps, writes, and commits what is written.
///
/// At least once: what is committed is in the log. What is not, is mapped again by whoever reads the partition
/// next, to the same events with the same idempotency keys. The order of a partition is kept: a record is given
/// to the producer before the next one, and the producer gives none up.
///
/// Confined to the source's thread; Kafka calls back on it too, from within `poll`.
final class SourceSession implements AutoCloseable, ConsumerRebalanceListener {

    private static final Logger LOG = Logger.getLogger(SourceSession.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BRIEFLY = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// What sessions are made of.
    ///
    /// @param maxInFlight bytes on their way to the log above which nothing more is taken
    /// @param old topics that may hold something from before this source was started
    /// @param isCrashed whether to drop everything at once, as if the process had been killed
    record Setting(
            Source source,
            Mapping mapping,
            SourceMeters meters,
            long maxInFlight,
            Set<String> old,
            BooleanSupplier isCrashed) {}

    private final Setting setting;
    private final Consumer<byte[], byte[]> consumer;
    private final LogWriter writer;
    private final Map<TopicPartition, Track> tracks = new HashMap<>();
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> backlog = new ArrayDeque<>();
    private boolean joined;

    /// Joins.
    SourceSession(Setting setting, Consumer<byte[], byte[]> consumer, LogWriter writer) {
        this.setting = setting;
        this.consumer = consumer;
        this.writer = writer;
        var pattern = setting.source().pattern();
        if (pattern == null) {
            consumer.subscribe(setting.source().topics(), this);
        } else {
            consumer.subscribe(pattern, this);
        }
    }

    /// Reads once, and writes what there is room for.
    ///
    /// @throws KafkaException when it cannot go on
    void turn() {
        boolean full = !backlog.isEmpty() || isFull();
        if (full) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
        read(full ? BRIEFLY : POLL);
        writer.buryRefused();
        while (!backlog.isEmpty() && !isFull() && writer.failure() == null) {
            take(backlog.remove());
        }
        var failure = writer.failure();
        if (failure != null) {
            throw new KafkaException("a record cannot be written", failure);
        }
    }

    /// Commits what is written, without waiting.
    void commitLater() {
        var offsets = due(tracks.keySet());
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (done, fault) -> {
                if (fault == null) {
                    noteCommitted(done);
                } else {
                    LOG.debug("commit failed, the next one covers it", fault);
                }
            });
        }
    }

    /// Goes on from the beginning of topics that were made anew.
    void startOver(Set<String> topics) {
        var anew = consumer.assignment().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .toList();
        if (!anew.isEmpty()) {
            forget(anew);
            begin(anew, consumer.beginningOffsets(anew, PATIENCE));
        }
    }

    /// Whether the group has given this instance its share.
    boolean isJoined() {
        return joined;
    }

    /// The partitions that are read here.
    List<Reading> readings() {
        return consumer.assignment().stream()
                .map(this::reading)
                .sorted(Comparator.comparing(Reading::topic).thenComparing(Reading::partition))
                .toList();
    }

    /// Commits what is written, and tells the group.
    @Override
    public void close() {
        boolean crashed = setting.isCrashed().getAsBoolean();
        var patience = crashed ? Duration.ZERO : PATIENCE;
        var membership = crashed ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP;
        try {
            // Calls back as if the partitions were revoked, and that commits.
            consumer.close(CloseOptions.groupMembershipOperation(membership).withTimeout(patience));
        } catch (KafkaException e) {
            LOG.debug("consumer did not close cleanly", e);
        }
        // What comes after a failure is not to be written: it is mapped again, in order.
        writer.close(writer.failure() == null ? patience : Duration.ZERO);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        backlog.removeIf(record -> partitions.contains(partition(record)));
        if (!setting.isCrashed().getAsBoolean()) {
            awaitAcknowledgements(partitions);
            commitNow(partitions);
        }
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.warn("partitions of a source were lost to others, nothing of them is committed");
        forget(partitions);
    }

    private Reading reading(TopicPartition partition) {
        var track = tracks.get(partition);
        return new Reading(
                partition.topic(),
                partition.partition(),
                track == null ? -1 : track.mark().next(),
                consumer.currentLag(partition).orElse(-1));
    }

    private void read(Duration patience) {
        try {
            for (var record : consumer.poll(patience)) {
                backlog.add(record);
                // Here, because the position is only known to be good once something was read.
                tracks.computeIfAbsent(partition(record), _ -> new Track(record.offset(), record.offset()));
            }
        } catch (NoOffsetForPartitionException e) {
            beginFirst(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            goOn(e.offsetOutOfRangePartitions());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var track = tracks.get(partition(record));
        if (track == null) {
            return;
        }
        var ticket = track.mark().register(record.offset());
        writer.write(record, map(record), ticket);
        ticket.done();
    }

    /// Whatever somebody else wrote, one record never stops a partition.
    private Mapped map(ConsumerRecord<byte[], byte[]> record) {
        try {
            return setting.mapping().map(record);
        } catch (RuntimeException e) {
            return new Mapped.Unusable(Fault.UNREADABLE, String.valueOf(e.getMessage()));
        }
    }

    private boolean isFull() {
        return writer.inFlight() > setting.maxInFlight();
    }

    /// The group has no commit of these. Where reading begins is committed at once: what comes from now on is
    /// not to be missed, even if this instance ends before it has read anything.
    private void beginFirst(Set<TopicPartition> partitions) {
        var fromStart = new HashSet<TopicPartition>();
        for (var partition : partitions) {
            if (setting.source().start() == SourceConfig.Start.EARLIEST
                    || !setting.old().contains(partition.topic())
                    || isTopicKnown(partition.topic())) {
                fromStart.add(partition);
            }
        }
        var fromNow = new HashSet<>(partitions);
        fromNow.removeAll(fromStart);
        begin(fromStart, consumer.beginningOffsets(fromStart, PATIENCE));
        begin(fromNow, consumer.endOffsets(fromNow, PATIENCE));
    }

    /// Whether the group reads other partitions of the topic already: then these are new.
    private boolean isTopicKnown(String topic) {
        var all = new HashSet<TopicPartition>();
        consumer.partitionsFor(topic, PATIENCE)
                .forEach(info -> all.add(new TopicPartition(info.topic(), info.partition())));
        return consumer.committed(all, PATIENCE).values().stream().anyMatch(commit -> commit != null);
    }

    /// Retention was faster than this source, or the topic was made anew: goes on with what there is.
    private void goOn(Map<TopicPartition, Long> positions) {
        var begins = consumer.beginningOffsets(positions.keySet(), PATIENCE);
        positions.forEach((partition, position) -> {
            long begin = begins.getOrDefault(partition, 0L);
            if (begin > position) {
                setting.meters().missed.increment((double) begin - position);
                LOG.warnf(
                        "source %s: %s has no records from %d to %d any more, they are missed",
                        setting.source().name(), partition, position, begin - 1);
            } else {
                LOG.warnf(
                        "source %s: %s was made anew, read from its beginning",
                        setting.source().name(), partition);
            }
        });
        forget(positions.keySet());
        begin(positions.keySet(), begins);
    }

    private void begin(Collection<TopicPartition> partitions, Map<TopicPartition, Long> offsets) {
        for (var partition : partitions) {
            long offset = offsets.getOrDefault(partition, 0L);
            consumer.seek(partition, offset);
            tracks.put(partition, new Track(offset, -1));
        }
    }

    private void forget(Collection<TopicPartition> partitions) {
        backlog.removeIf(record -> partitions.contains(partition(record)));
        tracks.keySet().removeAll(partitions);
    }

    private void awaitAcknowledgements(Collection<TopicPartition> partitions) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (writer.failure() == null
                && System.nanoTime() - deadline < 0
                && !tracks.entrySet().stream()
                        .allMatch(track -> !partitions.contains(track.getKey())
                                || track.getValue().mark().isDone())) {
            writer.buryRefused();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void commitNow(Collection<TopicPartition> partitions) {
        var offsets = due(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, PATIENCE);
        } catch (KafkaException e) {
            LOG.warn("last commit of a source failed, a little is mapped again", e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        tracks.forEach((partition, track) -> {
            long due = track.due();
            if (due >= 0 && partitions.contains(partition)) {
                offsets.put(partition, new OffsetAndMetadata(due));
            }
        });
        return offsets;
    }

    private void noteCommitted(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            var track = tracks.get(partition);
            if (track != null) {
                track.committed(offset.offset());
            }
        });
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
