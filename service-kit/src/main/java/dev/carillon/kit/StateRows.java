package dev.carillon.kit;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The rows of a small compacted topic by their keys, as this process knows them: the topic, followed. A row
/// may be some milliseconds behind.
///
/// Safe for use by many threads; rows are changed by the table's own thread only.
///
/// @param <T> what a row is
public final class StateRows<T> implements AutoCloseable {

    /// Makes something of the value of a row.
    @FunctionalInterface
    public interface Reader<T> {
        /// @throws IllegalArgumentException when it cannot be read: the row stays as it was
        T read(byte[] value);
    }

    private final Reader<T> reader;
    private final Map<String, T> rows = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting = new ConcurrentSkipListMap<>();
    private volatile long applied = -1;
    private @Nullable StateTable table;

    private StateRows(Reader<T> reader) {
        this.reader = reader;
    }

    /// Starts to follow `topic`, which must exist.
    public static <T> StateRows<T> follow(KafkaClients clients, String topic, Reader<T> reader) {
        var rows = new StateRows<>(reader);
        rows.table = StateTable.follow(clients, topic, rows::changed);
        return rows;
    }

    /// The same for a topic that is written in transactions: rows are known once they are committed.
    public static <T> StateRows<T> followCommitted(KafkaClients clients, String topic, Reader<T> reader) {
        var rows = new StateRows<>(reader);
        var settings = Map.<String, Object>of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        rows.table = StateTable.follow(clients, topic, settings, rows::changed);
        return rows;
    }

    public @Nullable T find(String key) {
        return rows.get(key);
    }

    public Collection<T> all() {
        return List.copyOf(rows.values());
    }

    /// Completes when all that the topic held at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return table().caughtUp();
    }

    /// Completes when all that the topic holds now is known: a key unknown then does not exist.
    public CompletableFuture<Void> refresh() {
        return table().refresh();
    }

    /// Completes when the row at `offset` is known here.
    public CompletableFuture<Void> applied(long offset) {
        var known = waiting.computeIfAbsent(offset, _ -> new CompletableFuture<>());
        if (applied >= offset) {
            complete();
        }
        return known;
    }

    @Override
    public void close() {
        table().close();
    }

    private StateTable table() {
        return Objects.requireNonNull(table, "the topic is not followed yet");
    }

    private void changed(ConsumerRecord<byte[], byte[]> row) {
        try {
            apply(row);
        } finally {
            applied = row.offset();
            complete();
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            throw new IllegalArgumentException("row has no key");
        }
        var key = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            rows.remove(key);
            return;
        }
        rows.put(key, reader.read(row.value()));
    }

    /// Whoever takes a waiter out completes it, so none is forgotten between two threads.
    private void complete() {
        for (var first = waiting.firstEntry();
                first != null && first.getKey() <= applied;
                first = waiting.firstEntry()) {
            if (waiting.remove(first.getKey(), first.getValue())) {
                first.getValue().complete(null);
            }
        }
    }
}
