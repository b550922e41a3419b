package dev.carillon.fanout.source;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.route.DeadLetter;
import dev.carillon.fanout.route.Watermark;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes what becomes of a source's records: events into the log, or dead letters. A ticket is done when all
/// in-sync replicas have what was written.
///
/// Confined to the source's thread, but for the callbacks, which Kafka's thread runs.
final class LogWriter implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LogWriter.class);

    /// What a record takes besides its value, for the bound of what is in flight.
    private static final int OVERHEAD = 512;

    /// A record that Kafka does not want, whatever one does.
    private record Refused(ConsumerRecord<byte[], byte[]> record, String reason, Watermark.Ticket ticket) {}

    private final Producer<byte[], byte[]> producer;
    private final int partitions;
    private final SourceMeters meters;
    private final AtomicLong inFlight = new AtomicLong();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Exception failure;

    /// @param producer keeps the order and never gives a record up; closed by this
    /// @param partitions of the log: P
    LogWriter(Producer<byte[], byte[]> producer, int partitions, SourceMeters meters) {
        this.producer = producer;
        this.partitions = partitions;
        this.meters = meters;
    }

    /// Bytes on their way.
    long inFlight() {
        return inFlight.get();
    }

    /// Why something could not be written that should have been; null while all is well. What came after it may
    /// be written, so this writer is of no more use.
    @Nullable
    Exception failure() {
        return failure;
    }

    /// Writes what the record became. The ticket stays open until it is written.
    void write(ConsumerRecord<byte[], byte[]> record, Mapped mapped, Watermark.Ticket ticket) {
        ticket.expect();
        switch (mapped) {
            case Mapped.Ready ready -> publish(record, ready, ticket);
            case Mapped.Unusable(var fault, var detail) -> bury(record, fault, detail, ticket);
        }
    }

    /// Dead-letters what Kafka refused since the last call.
    void buryRefused() {
        for (var one = refused.poll(); one != null; one = refused.poll()) {
            bury(one.record(), Fault.REFUSED, one.reason(), one.ticket());
        }
    }

    /// @param patience zero drops what is on its way
    void close(Duration patience) {
        producer.close(patience);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private void publish(ConsumerRecord<byte[], byte[]> record, Mapped.Ready ready, Watermark.Ticket ticket) {
        var event = ready.event();
        var key = event.channel().name().getBytes(StandardCharsets.US_ASCII);
        var entry = new ProducerRecord<>(
                Topics.EVENT_PUBLISHED,
                Partitions.of(key, partitions),
                null,
                key,
                event.data().toByteArray(),
                EventRecords.headers(event, ready.idempotencyKey()));
        send(entry, fault -> {
            if (fault == null) {
                meters.mapped.increment();
                ticket.done();
            } else if (isRefusal(fault)) {
                refused.add(new Refused(record, "Kafka refuses it: " + fault.getMessage(), ticket));
            } else {
                fail(fault);
            }
        });
    }

    private void bury(ConsumerRecord<byte[], byte[]> record, Fault why, String detail, Watermark.Ticket ticket) {
        send(DeadLetter.of(record, detail), fault -> {
            if (fault == null) {
                meters.dead(why);
                ticket.done();
            } else if (isRefusal(fault)) {
                LOG.errorf(
                        fault,
                        "a dead letter is refused and left out: %s-%d at %d",
                        record.topic(),
                        record.partition(),
                        record.offset());
                ticket.done();
            } else {
                fail(fault);
            }
        });
    }

    private void send(ProducerRecord<byte[], byte[]> record, java.util.function.Consumer<@Nullable Exception> fate) {
        int size = (record.value() == null ? 0 : record.value().length) + OVERHEAD;
        inFlight.addAndGet(size);
        try {
            var _ = producer.send(record, (_, fault) -> {
                inFlight.addAndGet(-size);
                fate.accept(fault);
            });
        } catch (KafkaException | IllegalStateException e) {
            inFlight.addAndGet(-size);
            fate.accept(e);
        }
    }

    private void fail(Exception fault) {
        if (failure == null) {
            failure = fault;
        }
    }

    private static boolean isRefusal(Exception fault) {
        return fault instanceof RecordTooLargeException || fault instanceof InvalidRecordException;
    }
}
