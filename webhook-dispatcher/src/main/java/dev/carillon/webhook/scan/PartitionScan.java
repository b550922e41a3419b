package dev.carillon.webhook.scan;

import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Reads part of one partition, committed records only, with a client of its own. Waits: for virtual threads,
/// each with a scan of its own.
public final class PartitionScan implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Duration patience;
    /// Sees transactions in doubt. Opened when it is needed.
    private org.apache.kafka.clients.consumer.@Nullable Consumer<byte[], byte[]> broad;

    private PartitionScan(
            KafkaClients clients,
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Duration patience) {
        this.clients = clients;
        this.consumer = consumer;
        this.patience = patience;
    }

    /// @param patience how long Kafka may let it wait for anything
    public static PartitionScan open(KafkaClients clients, Duration patience) {
        return open(clients, Map.of(), patience);
    }

    /// @param group whose offsets are asked for, too; it is not joined
    public static PartitionScan open(KafkaClients clients, String group, Duration patience) {
        return open(clients, Map.of(ConsumerConfig.GROUP_ID_CONFIG, group), patience);
    }

    private static PartitionScan open(KafkaClients clients, Map<String, Object> more, Duration patience) {
        var settings = new HashMap<>(more);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
        return new PartitionScan(clients, clients.consumer(settings), patience);
    }

    /// The offsets of the group, once no transaction is pending on them. Partitions without one are left out.
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        var offsets = new HashMap<TopicPartition, Long>();
        consumer.committed(partitions).forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partition, offset.offset());
            }
        });
        return offsets;
    }

    /// The first offset that is there, and the one after the last.
    public record Extent(long beginning, long end) {}

    public Extent extent(TopicPartition partition) {
        var one = List.of(partition);
        return new Extent(
                consumer.beginningOffsets(one).getOrDefault(partition, 0L),
                consumer.endOffsets(one).getOrDefault(partition, 0L));
    }

    /// The end of a partition as brokers see it, transactions in doubt included: to be read up to by whoever
    /// has to see all that was committed so far.
    public long knownEnd(TopicPartition partition) {
        var reader = broad == null ? clients.consumer(Map.of()) : broad;
        broad = reader;
        return reader.endOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    }

    /// The offset of the first record that is not older than a time; the beginning when there is no time, the
    /// end when there is no such record. Some after it may be older.
    public long offsetAt(TopicPartition partition, @Nullable Instant time, Extent extent) {
        if (time == null) {
            return extent.beginning();
        }
        var found = consumer.offsetsForTimes(Map.of(partition, Math.max(0, time.toEpochMilli())))
                .get(partition);
        return found == null ? extent.end() : found.offset();
    }

    /// Tells `visitor` of every record from `from` up to, not including, `to`, both of which must exist or have
    /// existed.
    ///
    /// @throws TimeoutException when Kafka stalls
    public void read(TopicPartition partition, long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        readWhile(partition, from, to, record -> {
            visitor.accept(record);
            return true;
        });
    }

    /// The same, from the end towards the beginning in stretches, each of them read forwards, until `enough`.
    ///
    /// @param stretch how many offsets are looked at in one go
    /// @return the first offset that was looked at
    public long readBack(
            TopicPartition partition,
            long from,
            long to,
            int stretch,
            Consumer<ConsumerRecord<byte[], byte[]>> visitor,
            BooleanSupplier enough) {
        long reached = to;
        while (reached > from && !enough.getAsBoolean()) {
            long start = Math.max(from, reached - stretch);
            read(partition, start, reached, visitor);
            reached = start;
        }
        return reached;
    }

    /// The same as [#read], until `visitor` wants no more.
    public void readWhile(
            TopicPartition partition, long from, long to, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long reached = from;
        var moved = System.nanoTime();
        while (reached < to) {
            for (var record : consumer.poll(POLL)) {
                if (record.offset() < to && !visitor.test(record)) {
                    return;
                }
            }
            long position = consumer.position(partition);
            if (position > reached) {
                reached = position;
                moved = System.nanoTime();
            }
            if (System.nanoTime() - moved > patience.toNanos()) {
                throw new TimeoutException("a topic cannot be read to its end");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
        if (broad != null) {
            broad.close();
        }
    }
}
