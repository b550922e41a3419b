package dev.carillon.webhook.delivery;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A record of the dead letters, without its data.
///
/// @param replays the offset of the letter that this one marks as replayed, or -1
/// @param purges the offset of the letter that this one marks as purged, or -1; a letter marks none
public record DeadLetter(
        int partition,
        long offset,
        String endpoint,
        String event,
        String channel,
        String type,
        String reason,
        String detail,
        int attempts,
        Instant at,
        long replays,
        long purges,
        String operation) {

    /// Reads what it can: a letter may be one because it is not readable.
    public static DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        return new DeadLetter(
                record.partition(),
                record.offset(),
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                EventRecords.text(headers, EventHeaders.ID, ""),
                EventRecords.text(headers, EventHeaders.CHANNEL, ""),
                EventRecords.text(headers, EventHeaders.TYPE, ""),
                EventRecords.text(headers, EventHeaders.DEAD_REASON, ""),
                EventRecords.text(headers, DeliveryHeaders.DEAD_DETAIL, ""),
                (int) numberOr(record, DeliveryHeaders.ATTEMPT, 0),
                Instant.ofEpochMilli(numberOr(record, DeliveryHeaders.DEAD_AT, Math.max(0, record.timestamp()))),
                numberOr(record, DeliveryHeaders.REPLAYED, -1),
                numberOr(record, DeliveryHeaders.PURGED, -1),
                EventRecords.text(headers, DeliveryHeaders.OPERATION, ""));
    }

    public boolean isMark() {
        return replays >= 0 || purges >= 0;
    }

    private static long numberOr(ConsumerRecord<byte[], byte[]> record, String name, long otherwise) {
        try {
            return DeliveryRecords.number(record.headers(), name, otherwise);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }
}
