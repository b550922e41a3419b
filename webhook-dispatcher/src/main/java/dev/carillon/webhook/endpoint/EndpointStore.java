package dev.carillon.webhook.endpoint;

import dev.carillon.contract.Endpoint;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateRows;
import dev.carillon.kit.StateWriter;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes endpoints and commands. Answers once all in-sync replicas have what was written, and, for endpoints,
/// once the table here knows it too: who writes, then reads, reads what was written.
///
/// Waits: for virtual threads. Safe for use by many. What may not be written throws a
/// [StateWriter.UnwrittenException].
public final class EndpointStore implements AutoCloseable {

    private final StateWriter writer;
    private final EndpointTable table;
    private final ReentrantLock changes = new ReentrantLock();

    private EndpointStore(StateWriter writer, EndpointTable table) {
        this.writer = writer;
        this.table = table;
    }

    public static EndpointStore open(KafkaClients clients, EndpointTable table, Duration patience) {
        return new EndpointStore(StateWriter.open(clients, patience), table);
    }

    /// Reads an endpoint, decides, and writes: one change of this process after the other, so that none is made to an
    /// old revision. Between replicas the last one wins.
    public <T> T changing(Supplier<T> change) {
        changes.lock();
        try {
            return change.get();
        } finally {
            changes.unlock();
        }
    }

    public void put(Endpoint endpoint) {
        writer.write(EndpointRows.row(endpoint), table.rows());
    }

    public void delete(String id) {
        writer.write(EndpointRows.end(id), table.rows());
    }

    /// Writes a row of another table, and waits until that knows it.
    public void put(ProducerRecord<byte[], byte[]> row, StateRows<?> rows) {
        writer.write(row, rows);
    }

    /// Writes any record.
    ///
    /// @return its offset
    public long write(ProducerRecord<byte[], byte[]> record) {
        return writer.write(record);
    }

    @Override
    public void close() {
        writer.close();
    }
}
