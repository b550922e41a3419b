package dev.carillon.kit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/// Writes records that somebody waits for. Answers once all in-sync replicas have what was written, and, for
/// rows, once the table here knows it too: who writes, then reads, reads what was written.
///
/// Waits: for virtual threads. Safe for use by many.
public final class StateWriter implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final Duration patience;

    private StateWriter(Producer<byte[], byte[]> producer, Duration patience) {
        this.producer = producer;
        this.patience = patience;
    }

    /// @param patience how long Kafka may take for each step
    public static StateWriter open(KafkaClients clients, Duration patience) {
        int millis = Math.toIntExact(patience.toMillis());
        var producer = clients.producer(Map.of(
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                millis,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                millis,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis));
        return new StateWriter(producer, patience);
    }

    /// Kafka did not take it in time, or nobody knows.
    public static final class UnwrittenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnwrittenException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Writes any record.
    ///
    /// @return its offset
    /// @throws UnwrittenException when it may not be written
    public long write(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record)
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .offset();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new UnwrittenException("Kafka does not take a record", e);
        }
    }

    /// Writes a row of a followed topic.
    ///
    /// @param rows who follows it
    /// @throws UnwrittenException when it may not be written
    public void write(ProducerRecord<byte[], byte[]> row, StateRows<?> rows) {
        long offset = write(row);
        try {
            rows.applied(offset).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnwrittenException("a row is written but not read back", e);
        }
    }

    @Override
    public void close() {
        producer.close(patience);
    }

    private static UnwrittenException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new UnwrittenException("interrupted while Kafka is waited for", e);
    }
}
