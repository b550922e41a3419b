package dev.carillon.webhook.cursor;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What a reading came to for one cursor.
///
/// @param loaded in order
/// @param refused came meanwhile, and are let go of again
/// @param gone single deliveries that Kafka no longer has, by offset
/// @param lostFrom the first offset of the tail that Kafka no longer has, up to `lostTo`; or [Cursor#NONE]
public record Progress(
        List<Next> loaded, List<ConsumerRecord<byte[], byte[]>> refused, List<Long> gone, long lostFrom, long lostTo) {

    /// A delivery that is loaded now.
    ///
    /// @param isNew whether it is loaded for the first time: what is parked was looked at before
    /// @param isKept whether it is one that came while others were read, and so was in memory before
    public record Next(ConsumerRecord<byte[], byte[]> record, Try tried, boolean isNew, boolean isKept) {}
}
