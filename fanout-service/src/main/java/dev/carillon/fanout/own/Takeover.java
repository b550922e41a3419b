package dev.carillon.fanout.own;

import dev.carillon.contract.Interest;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Removal;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.presence.Attendance;
import dev.carillon.fanout.presence.PartitionPresence;
import dev.carillon.fanout.route.Follower;
import dev.carillon.fanout.route.Inboxes;
import dev.carillon.fanout.route.Limits;
import dev.carillon.fanout.route.NamespaceIndex;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Removals;
import dev.carillon.fanout.route.RingBudget;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Rebuilds the memory of a partition that was taken over: who follows and who is present, from the topics of
/// interest and presence up to their commits; what was removed, from its topic; rings and idempotency keys, from
/// a window of the log that ends at its commit. What comes after the commits is read, routed and answered by the
/// worker as usual.
///
/// Runs once, on a virtual thread of its own with a consumer of its own; the result is handed over to the
/// worker.
final class Takeover {

    private static final Logger LOG = Logger.getLogger(Takeover.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /// After so long without any progress it is begun anew: the topic may be another one by now.
    private static final Duration STUCK = Duration.ofSeconds(30);

    /// Much at a time: others wait. Where the log ends under the reader, it must not go on after a hole as if there
    /// was none.
    private static final Map<String, Object> READING = Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            5000,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            8 << 20);

    /// What take-overs of an instance share.
    ///
    /// @param rebuildRecords the longest window, in records
    /// @param rebuildKeyRecords the longest window for idempotency keys, in records
    /// @param ringBudget bytes of rings above which the idlest are forgotten
    /// @param parallel how many run at once
    record Sources(
            KafkaClients clients,
            Inboxes inboxes,
            Limits limits,
            NamespaceIndex namespaces,
            PartitionPresence.Rules rules,
            Clock clock,
            TopicSetup.Log log,
            long rebuildRecords,
            long rebuildKeyRecords,
            RingBudget ringBudget,
            Semaphore parallel) {

        /// Of the log: P.
        int partitions() {
            return log.partitions();
        }
    }

    /// A rebuilt partition.
    ///
    /// @param starts where reading goes on, by topic
    /// @param stale rows of nodes that started anew since
    /// @param missed events after the commit that the log has no longer
    /// @param obsolete rows of removals that no longer matter
    /// @param began when it began, in nanoseconds of a clock that never jumps
    record Result(
            PartitionMemory memory,
            PartitionPresence presence,
            Map<String, Long> starts,
            List<Interest> stale,
            long missed,
            List<Removal> obsolete,
            long began) {}

    private final int partition;
    private final Map<String, Long> committed;
    private final Sources sources;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final long began = System.nanoTime();
    private volatile boolean cancelled;

    private Takeover(int partition, Map<String, Long> committed, Sources sources) {
        this.partition = partition;
        this.committed = committed;
        this.sources = sources;
    }

    /// @param committed by topic; what is not in there has no commit and is read from its beginning
    static Takeover start(int partition, Map<String, Long> committed, Sources sources) {
        var takeover = new Takeover(partition, committed, sources);
        Thread.ofVirtual().name("fanout-takeover-" + partition).start(takeover::run);
        return takeover;
    }

    /// Fails when Kafka cannot be read.
    CompletableFuture<Result> result() {
        return result;
    }

    /// Whether it rebuilds what the owner was before whose commits these are.
    boolean startedFrom(Map<String, Long> commits) {
        return committed.equals(commits);
    }

    /// Nobody waits for it any more.
    void cancel() {
        cancelled = true;
    }

    private void run() {
        try {
            sources.parallel().acquire();
            try (var consumer = sources.clients().consumer(READING)) {
                result.complete(rebuild(consumer));
            } finally {
                sources.parallel().release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            result.completeExceptionally(e);
        }
    }

    private Result rebuild(Consumer<byte[], byte[]> consumer) {
        var all = Slot.TOPICS.stream().map(this::at).toList();
        var begins = consumer.beginningOffsets(all);
        var ends = consumer.endOffsets(all);
        var starts = new HashMap<String, Long>();
        for (var topic : all) {
            long begin = begins.getOrDefault(topic, 0L);
            long start = committed.getOrDefault(topic.topic(), begin);
            // A commit that is no longer in the log is of no use; one after its end is of a log that was made anew.
            boolean isUsable = start >= begin && start <= ends.getOrDefault(topic, 0L);
            starts.put(topic.topic(), isUsable ? start : begin);
            if (!isUsable) {
                LOG.warnf("%s is read from %d and not from its commit %d, which it has not", topic, begin, start);
            }
        }
        var log = at(Topics.EVENT_PUBLISHED);
        long missed = Math.max(0, begins.getOrDefault(log, 0L) - committed.getOrDefault(log.topic(), Long.MAX_VALUE));
        var removals = new RemovalRows(sources.log().epoch(), begins.getOrDefault(log, 0L));
        var removed = at(Topics.REMOVAL_STATE);
        read(consumer, removed, begin(consumer, removed), end(consumer, removed), removals::load);
        var memory = rebuildRings(consumer, begins.getOrDefault(log, 0L), start(starts, log), removals.current());
        var follows = at(Topics.INTEREST_STATE);
        var stale = rebuildFollowers(consumer, memory, begins.getOrDefault(follows, 0L), start(starts, follows));
        var rows = at(Topics.PRESENCE_STATE);
        var presence = rebuildPresence(consumer, begins.getOrDefault(rows, 0L), start(starts, rows));
        presence.loaded(start(starts, rows), ends.getOrDefault(rows, 0L));
        LOG.debugf("partition %d rebuilt: %d channels, %d members", partition, memory.channelCount(), presence.size());
        return new Result(memory, presence, Map.copyOf(starts), stale, missed, removals.obsolete(), began);
    }

    private PartitionMemory rebuildRings(
            Consumer<byte[], byte[]> consumer, long logStart, long end, Removals removals) {
        var log = at(Topics.EVENT_PUBLISHED);
        long begin = Math.max(Math.max(logStart, end - sources.rebuildRecords()), young(consumer, log, end));
        var memory = new PartitionMemory(
                partition, sources.partitions(), logStart, begin, sources.limits(), sources.namespaces(), removals);
        long keys = Math.max(
                Math.max(logStart, end - sources.rebuildKeyRecords()), keysSince(consumer, log, logStart, end));
        read(
                consumer,
                log,
                keys,
                begin,
                record -> memory.note(record, sources.clock().millis()));
        try (var share = sources.ringBudget().open()) {
            read(consumer, log, begin, end, record -> {
                memory.admit(record, sources.clock().millis());
                while (share.excess(memory.ringBytes(), memory.idlest()) > 0 && memory.evict()) {
                    // Until it fits.
                }
            });
        }
        memory.skipTo(end);
        return memory;
    }

    /// The first offset that is young enough to be remembered.
    private long young(Consumer<byte[], byte[]> consumer, TopicPartition log, long end) {
        long oldest =
                sources.clock().millis() - sources.namespaces().longestTtl().toMillis();
        var found = consumer.offsetsForTimes(Map.of(log, Math.max(0, oldest))).get(log);
        return found == null ? end : Math.min(found.offset(), end);
    }

    /// The first offset whose idempotency keys still count at `end`. That is a matter of the records' own
    /// times: the owner before may have died long ago.
    private long keysSince(Consumer<byte[], byte[]> consumer, TopicPartition log, long logStart, long end) {
        if (end <= logStart) {
            return end;
        }
        consumer.assign(List.of(log));
        consumer.seek(log, end - 1);
        var last = new long[] {sources.clock().millis()};
        // The last record before the end may be a mark of a transaction, and then there is none.
        var near = consumer.poll(POLL.multipliedBy(2));
        near.records(log).stream()
                .filter(record -> record.timestamp() >= 0)
                .findFirst()
                .ifPresent(record -> last[0] = Math.min(last[0], record.timestamp()));
        long since = Math.max(0, last[0] - sources.limits().idempotencyWindow().toMillis());
        var found = consumer.offsetsForTimes(Map.of(log, since)).get(log);
        return found == null ? end : found.offset();
    }

    private List<Interest> rebuildFollowers(
            Consumer<byte[], byte[]> consumer, PartitionMemory memory, long begin, long end) {
        var rows = new HashMap<Interest.Key, Interest>();
        read(consumer, at(Topics.INTEREST_STATE), begin, end, row -> load(row, rows, memory));
        var stale = new ArrayList<Interest>();
        for (var row : rows.values()) {
            memory.channel(row.key().channel()).occupied(true);
            var inbox = sources.inboxes().of(row.key().node(), row.incarnation());
            if (row.incarnation() < inbox.incarnation()) {
                stale.add(row);
            } else {
                memory.follow(
                        memory.channel(row.key().channel()),
                        new Follower(inbox, row.incarnation(), row.followId(), row.reach()));
            }
        }
        return stale;
    }

    private static void load(
            ConsumerRecord<byte[], byte[]> row, Map<Interest.Key, Interest> rows, PartitionMemory memory) {
        try {
            var key = Interest.Key.fromBytes(row.key());
            memory.check(key.channel());
            if (row.value() == null) {
                rows.remove(key);
            } else {
                rows.put(key, Interest.fromBytes(key, row.value()));
            }
        } catch (RuntimeException e) {
            LOG.debug("interest row is not usable, passed over", e);
        }
    }

    private PartitionPresence rebuildPresence(Consumer<byte[], byte[]> consumer, long begin, long end) {
        var presence = new PartitionPresence(partition, sources.partitions(), sources.rules());
        read(consumer, at(Topics.PRESENCE_STATE), begin, end, row -> load(row, presence));
        return presence;
    }

    private static void load(ConsumerRecord<byte[], byte[]> row, PartitionPresence presence) {
        try {
            var key = Presence.Key.fromBytes(row.key());
            if (row.value() != null) {
                presence.load(Presence.fromBytes(key, row.value()), row.offset(), row.timestamp());
            } else {
                long meant = Attendance.endedRow(row.headers());
                presence.loadGone(key, row.offset(), meant, row.timestamp(), System.nanoTime());
            }
        } catch (RuntimeException e) {
            LOG.debug("presence row is not usable, passed over", e);
        }
    }

    private void read(
            Consumer<byte[], byte[]> consumer,
            TopicPartition topic,
            long begin,
            long end,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        if (begin >= end) {
            return;
        }
        consumer.assign(List.of(topic));
        consumer.seek(topic, begin);
        long position = begin;
        long movedAt = System.nanoTime();
        while (consumer.position(topic) < end) {
            if (cancelled) {
                throw new CancellationException("partition moved on");
            }
            if (consumer.position(topic) > position) {
                position = consumer.position(topic);
                movedAt = System.nanoTime();
            } else if (System.nanoTime() - movedAt > STUCK.toNanos()) {
                throw new IllegalStateException(topic + " cannot be read on from " + position);
            }
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    reader.accept(record);
                }
            }
        }
    }

    private static long begin(Consumer<byte[], byte[]> consumer, TopicPartition topic) {
        return consumer.beginningOffsets(List.of(topic)).getOrDefault(topic, 0L);
    }

    private static long end(Consumer<byte[], byte[]> consumer, TopicPartition topic) {
        return consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
    }

    private static long start(Map<String, Long> starts, TopicPartition topic) {
        return Objects.requireNonNull(starts.get(topic.topic()));
    }

    private TopicPartition at(String topic) {
        return new TopicPartition(topic, partition);
    }
}
