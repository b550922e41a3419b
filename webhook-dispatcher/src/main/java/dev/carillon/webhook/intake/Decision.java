package dev.carillon.webhook.intake;

import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What became of one input record, ready to be committed.
///
/// @param records its ledger entry, and whatever follows from it
/// @param isFinal whether the input record needs nothing more, or waits in memory for another attempt
/// @param size the bytes of memory that are free once it is committed
record Decision(
        Ownership ownership, Source source, List<ProducerRecord<byte[], byte[]>> records, boolean isFinal, int size) {

    Decision {
        records = List.copyOf(records);
    }

    /// The bytes of data of its largest record.
    int largest() {
        return records.stream().mapToInt(Decision::size).max().orElse(0);
    }

    /// The same, but what follows with its largest record is a dead letter without data.
    Decision withoutLargest() {
        int largest = largest();
        var lean = records.stream()
                .map(record -> size(record) == largest ? DeliveryRecords.withoutData(record) : record)
                .map(record -> isFinal ? AttemptRecords.asDead(record) : record)
                .toList();
        return new Decision(ownership, source, lean, isFinal, size);
    }

    private static int size(ProducerRecord<byte[], byte[]> record) {
        return record.value() == null ? 0 : record.value().length;
    }
}
