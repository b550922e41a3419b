package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EndpointCodec;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateRows;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// All endpoints, as this process knows them. A row may be some milliseconds behind.
///
/// Safe for use by many threads.
public final class EndpointTable implements AutoCloseable {

    private final StateRows<Endpoint> rows;

    private EndpointTable(StateRows<Endpoint> rows) {
        this.rows = rows;
    }

    /// Starts to follow the topic, which must exist.
    public static EndpointTable follow(KafkaClients clients) {
        return new EndpointTable(StateRows.follow(clients, Topics.ENDPOINT_STATE, EndpointCodec::read));
    }

    public @Nullable Endpoint find(String id) {
        return rows.find(id);
    }

    /// Whose an endpoint is; null when it is nobody's, or when there is none.
    public @Nullable String ownerOf(String id) {
        var endpoint = find(id);
        return endpoint == null ? null : endpoint.settings().owner();
    }

    public Collection<Endpoint> all() {
        return rows.all();
    }

    /// Completes when all that the topic held at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return rows.caughtUp();
    }

    /// Completes when all that the topic holds now is known: an endpoint unknown then does not exist.
    public CompletableFuture<Void> refresh() {
        return rows.refresh();
    }

    @Override
    public void close() {
        rows.close();
    }

    StateRows<Endpoint> rows() {
        return rows;
    }
}
