package dev.carillon.webhook.cursor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// The cursors of one partition, and which of them are to be written with the next transaction: the one that
/// commits offsets beyond what they cover. Confined to the intake thread.
public final class Cursors {

    private final Map<String, Cursor> cursors = new HashMap<>();
    private final Map<Long, Cursor> index = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> beingWritten = new HashSet<>();

    /// As a take-over found them.
    public Cursors(Collection<CursorRow> rows) {
        rows.forEach(row -> cursors.put(row.endpoint(), Cursor.of(row, index)));
    }

    public @Nullable Cursor find(String endpoint) {
        return cursors.get(endpoint);
    }

    public Collection<Cursor> all() {
        return cursors.values();
    }

    /// The cursor of an endpoint, a new one when there is none.
    public Cursor open(String endpoint, Mode mode, Instant now) {
        ended.remove(endpoint);
        return cursors.computeIfAbsent(endpoint, id -> new Cursor(id, mode, now, index));
    }

    /// Nothing is behind it any more.
    public void end(Cursor cursor) {
        cursors.remove(cursor.endpoint());
        ended.add(cursor.endpoint());
    }

    /// The cursor behind which a delivery is on its own, or null.
    public @Nullable Cursor at(long offset) {
        return index.get(offset);
    }

    /// A delivery needs nothing more.
    public void decided(long offset) {
        var cursor = index.get(offset);
        if (cursor != null) {
            cursor.decided(offset);
        }
    }

    /// What changed since it was asked for last. It is being written until somebody says what came of it.
    public List<ProducerRecord<byte[], byte[]>> changes(int partition) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (var cursor : cursors.values()) {
            if (cursor.takeChange()) {
                records.add(cursor.row().record(partition));
                beingWritten.add(cursor.endpoint());
            }
        }
        ended.forEach(endpoint -> records.add(CursorRow.end(endpoint, partition)));
        beingWritten.addAll(ended);
        ended.clear();
        return records;
    }

    /// What was being written is written.
    public void written() {
        beingWritten.clear();
    }

    /// Nothing of what was being written is written: it is a change as before.
    public void notWritten() {
        for (var endpoint : beingWritten) {
            var cursor = cursors.get(endpoint);
            if (cursor == null) {
                ended.add(endpoint);
            } else {
                cursor.change();
            }
        }
        beingWritten.clear();
    }
}
