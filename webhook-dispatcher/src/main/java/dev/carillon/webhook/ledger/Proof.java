package dev.carillon.webhook.ledger;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.scan.PartitionScan;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Where deliveries of one partition wait, for proof that what has no end yet is not lost.
///
/// **The order of reading is what makes it a proof.** First the group's offsets, then the cursors; then, by others,
/// the attempts to their end as brokers see it; the retry topics last, from those first offsets on. A delivery
/// that is below the group's offset was decided before the attempts were read, so they tell its end, or that it
/// went on to a retry topic: and there it stood at or after that topic's offset, or its end would be told too.
///
/// Waits; confined to one thread.
final class Proof {

    private final PartitionScan scan;
    private final int partition;
    private final List<String> tiers;
    private final Map<String, Long> decided = new HashMap<>();
    private final CursorPlaces cursors = new CursorPlaces();
    private final Map<String, HashSet<Long>> retrying = new HashMap<>();

    /// @param scan of the dispatchers' group
    /// @param tiers the retry topics
    Proof(PartitionScan scan, int partition, List<String> tiers) {
        this.scan = scan;
        this.partition = partition;
        this.tiers = List.copyOf(tiers);
    }

    /// Looks where the group and the cursors are: before the attempts are read.
    void begin() {
        var inputs = Stream.concat(Stream.of(Topics.DELIVERY_WEBHOOK), tiers.stream())
                .map(this::of)
                .collect(Collectors.toSet());
        scan.committed(inputs).forEach((input, offset) -> decided.put(input.topic(), offset));
        readToEnd(Topics.DELIVERY_CURSOR_STATE, 0, cursors::hear);
    }

    /// Looks what waits in the retry topics: after the attempts are read.
    void end() {
        for (var tier : tiers) {
            readToEnd(tier, decidedUpTo(tier), this::retry);
        }
    }

    /// Everything below this offset is decided, or is behind a cursor.
    long decidedUpTo(String topic) {
        return decided.getOrDefault(topic, 0L);
    }

    CursorPlaces cursors() {
        return cursors;
    }

    boolean isPending(Accepted delivery) {
        return delivery.offset() >= decidedUpTo(Topics.DELIVERY_WEBHOOK)
                || isRetrying(delivery.endpoint(), delivery.offset())
                || cursors.covers(delivery.endpoint(), delivery.offset());
    }

    boolean isRetrying(String endpoint, long offset) {
        var offsets = retrying.get(endpoint);
        return offsets != null && offsets.contains(offset);
    }

    /// Where the deliveries of an endpoint came from that wait in retry topics.
    List<Long> retrying(String endpoint) {
        var offsets = retrying.get(endpoint);
        return offsets == null ? List.of() : List.copyOf(offsets);
    }

    private void retry(ConsumerRecord<byte[], byte[]> record) {
        var origin = origin(record);
        if (origin != null && record.key() != null) {
            var endpoint = new String(record.key(), StandardCharsets.UTF_8);
            retrying.computeIfAbsent(endpoint, _ -> new HashSet<>()).add(origin);
        }
    }

    private static @Nullable Long origin(ConsumerRecord<byte[], byte[]> record) {
        try {
            long origin = DeliveryRecords.number(record.headers(), DeliveryHeaders.ORIGIN, -1);
            return origin < 0 ? null : origin;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void readToEnd(String topic, long from, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        var where = of(topic);
        long end = scan.knownEnd(where);
        scan.read(where, Math.max(from, scan.extent(where).beginning()), end, visitor);
    }

    private TopicPartition of(String topic) {
        return new TopicPartition(topic, partition);
    }
}
