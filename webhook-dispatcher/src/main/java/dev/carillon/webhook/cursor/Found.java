package dev.carillon.webhook.cursor;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What a reader found for one endpoint.
///
/// @param records in order
/// @param reached everything wanted below this offset is among them, or does not exist
/// @param beginning the first offset that Kafka still has
public record Found(List<ConsumerRecord<byte[], byte[]>> records, long reached, long beginning) {

    /// It could not be read.
    static final Found NOTHING = new Found(List.of(), 0, 0);

    public Found {
        records = List.copyOf(records);
    }
}
