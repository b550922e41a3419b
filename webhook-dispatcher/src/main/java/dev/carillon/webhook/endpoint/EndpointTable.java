package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EndpointCodec;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateTable;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// All endpoints, as this process knows them: the compacted topic, followed. A row may be some milliseconds
/// behind.
///
/// Safe for use by many threads; rows are changed by the table's own thread only.
public final class EndpointTable implements AutoCloseable {

    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting = new ConcurrentSkipListMap<>();
    private volatile long applied = -1;
    private @Nullable StateTable table;

    private EndpointTable() {}

    /// Starts to follow the topic, which must exist.
    public static EndpointTable follow(KafkaClients clients) {
        var endpoints = new EndpointTable();
        endpoints.table = StateTable.follow(clients, Topics.ENDPOINT_STATE, endpoints::changed);
        return endpoints;
    }

    public @Nullable Endpoint find(String id) {
        return endpoints.get(id);
    }

    public Collection<Endpoint> all() {
        return List.copyOf(endpoints.values());
    }

    /// Completes when all that the topic held at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return table().caughtUp();
    }

    /// Completes when all that the topic holds now is known: an endpoint unknown then does not exist.
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
        if (table == null) {
            throw new IllegalStateException("table does not follow yet");
        }
        return table;
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
            throw new IllegalArgumentException("endpoint row has no key");
        }
        var id = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            endpoints.remove(id);
            return;
        }
        endpoints.put(id, EndpointCodec.read(row.value()));
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
