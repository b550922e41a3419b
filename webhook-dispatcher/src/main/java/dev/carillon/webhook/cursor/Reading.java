package dev.carillon.webhook.cursor;

import dev.carillon.webhook.delivery.Delivery;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A reading for one cursor that is under way, and what comes live meanwhile. Confined to the intake thread.
final class Reading {

    /// What is read.
    final Wanted wanted;

    /// What came meanwhile, in order.
    final List<ConsumerRecord<byte[], byte[]>> meanwhile = new ArrayList<>();

    private final long to;
    private long size;
    private boolean isWhole = true;

    /// @param to the end of what was live when it began
    Reading(Wanted wanted, long to) {
        this.wanted = wanted;
        this.to = to;
    }

    /// A live delivery that is behind the cursor came.
    ///
    /// @return whether it is kept: there is room for as much as may be read
    boolean keep(ConsumerRecord<byte[], byte[]> record) {
        if (record.offset() < to) {
            return false;
        }
        size += Delivery.size(record);
        isWhole &= wanted.fits(meanwhile.size(), size);
        if (isWhole) {
            meanwhile.add(record);
        }
        return isWhole;
    }

    /// Whether nothing of the tail is left but what came meanwhile, all of which is kept. A reading that was
    /// cut short may not even have come to the points before the tail.
    boolean isCaughtUp(Found found) {
        return wanted.from() != Cursor.NONE && found.reached() >= to && isWhole;
    }
}
