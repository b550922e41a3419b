package dev.carillon.webhook.delivery;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.Event;
import dev.carillon.contract.Topics;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// One event owed to one endpoint, as it was read.
///
/// @param record where it came from
/// @param attempt the number of the attempt to make; the first is 1
/// @param due not to be attempted before
/// @param firstAt when the first attempt was made, or null before
/// @param moves how often it was put off without an attempt
/// @param mark where in the log its event is, or null when the record does not say
public record Delivery(
        ConsumerRecord<byte[], byte[]> record,
        String endpoint,
        Event event,
        Lane lane,
        int attempt,
        Instant due,
        @Nullable Instant firstAt,
        int moves,
        @Nullable LogMark mark) {

    public Source source() {
        return Source.of(record);
    }

    /// The offset of the record that fanout or an operation wrote for it, of which this one may be a retry; -1
    /// when the record does not say.
    public long origin() {
        return record.topic().equals(Topics.DELIVERY_WEBHOOK)
                ? record.offset()
                : DeliveryRecords.number(record.headers(), DeliveryHeaders.ORIGIN, -1);
    }

    /// The bytes that it keeps in memory, roughly.
    public int size() {
        return size(record);
    }

    /// The bytes that a record keeps in memory, roughly.
    public static int size(ConsumerRecord<byte[], byte[]> record) {
        return 512 + Math.max(0, record.serializedValueSize());
    }

    /// The same, to be attempted again without leaving memory.
    public Delivery again(int attempt, Instant due, @Nullable Instant firstAt) {
        return new Delivery(record, endpoint, event, Lane.RETRY, attempt, due, firstAt, moves, mark);
    }
}
