package dev.carillon.webhook.command;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateRows;
import dev.carillon.webhook.delivery.Delivery;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// All operations and cancellations, as this process knows them: what is committed. A row may be some
/// milliseconds behind.
///
/// Safe for use by many threads.
public final class OperationTable implements AutoCloseable {

    private final StateRows<OperationRow> rows;

    private OperationTable(StateRows<OperationRow> rows) {
        this.rows = rows;
    }

    /// Starts to follow the topic, which must exist.
    public static OperationTable follow(KafkaClients clients) {
        return new OperationTable(StateRows.followCommitted(clients, Topics.OPERATION_STATE, OperationRow::read));
    }

    public OperationRow.@Nullable Asked find(String operation) {
        return rows.find(operation) instanceof OperationRow.Asked asked ? asked : null;
    }

    public OperationRow.@Nullable Progress progress(String operation, int partition) {
        var row = rows.find(OperationRow.Progress.key(operation, partition));
        return row instanceof OperationRow.Progress progress ? progress : null;
    }

    public Collection<OperationRow> all() {
        return rows.all();
    }

    /// Whether nothing more of an operation is wanted.
    public boolean isCancelled(String operation) {
        var asked = find(operation);
        return asked != null && asked.isCancelled();
    }

    /// Whether somebody cancelled this delivery, or the one that it is a retry of.
    public boolean isCancelled(Delivery delivery) {
        var row = rows.find(OperationRow.Cancellation.key(
                delivery.endpoint(), delivery.event().id().value()));
        return row instanceof OperationRow.Cancellation cancellation && delivery.origin() < cancellation.before();
    }

    /// Completes when all that the topic held at the start is known.
    public CompletableFuture<Void> caughtUp() {
        return rows.caughtUp();
    }

    /// What it is made of, for whoever writes rows and waits until they are known here.
    public StateRows<OperationRow> rows() {
        return rows;
    }

    @Override
    public void close() {
        rows.close();
    }
}
