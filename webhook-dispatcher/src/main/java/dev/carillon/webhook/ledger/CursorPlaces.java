package dev.carillon.webhook.ledger;

import dev.carillon.webhook.cursor.CursorRow;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Which deliveries of a partition wait behind cursors: below the group's offset, without an attempt that ends
/// them, and yet not lost. Read from the topic alone. Confined to one thread.
final class CursorPlaces {

    private final Map<String, CursorRow> rows = new HashMap<>();

    /// @throws IllegalArgumentException when the row cannot be read
    void hear(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            return;
        }
        var endpoint = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            rows.remove(endpoint);
        } else {
            rows.put(endpoint, CursorRow.read(row.value()));
        }
    }

    boolean covers(String endpoint, long offset) {
        var row = rows.get(endpoint);
        return row != null && row.covers(offset);
    }

    /// The first delivery that waits, or `otherwise` when none does.
    long first(String endpoint, long otherwise) {
        var row = rows.get(endpoint);
        if (row == null) {
            return otherwise;
        }
        long first = row.from() >= 0 ? Math.min(row.from(), otherwise) : otherwise;
        return row.open().isEmpty() ? first : Math.min(first, row.open().firstKey());
    }
}
