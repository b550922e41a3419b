package dev.carillon.fanout.route;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What a worker sends, in two ways. **Inboxes** get what may be lost, quickly and in order: the chain rule
/// repairs a loss, so it is only counted and the record counts as done. **The log side** (deliveries, dead
/// letters, rows) gets what must not be lost: a record that fails leaves its ticket failed, and the worker goes
/// back.
///
/// Confined to the worker's thread, but for the callbacks, which Kafka's threads run.
public final class Outlet implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Outlet.class);
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    /// What a record takes besides its value, for the bound of what is in flight.
    private static final int OVERHEAD = 512;

    /// Told, on a thread of Kafka's, that a record did not reach an inbox.
    @FunctionalInterface
    public interface Loss {
        void lost();
    }

    private final Producer<byte[], byte[]> inboxes;
    private final Producer<byte[], byte[]> logSide;
    private final FanoutMeters meters;
    private final AtomicLong inFlight = new AtomicLong();

    /// @param inboxes keeps the order of what it sends to one topic, and gives up soon
    /// @param logSide idempotent, waits for all replicas
    public Outlet(Producer<byte[], byte[]> inboxes, Producer<byte[], byte[]> logSide, FanoutMeters meters) {
        this.inboxes = inboxes;
        this.logSide = logSide;
        this.meters = meters;
    }

    /// Bytes on their way.
    public long inFlight() {
        return inFlight.get();
    }

    /// Whether sends to the inbox are tried at the moment.
    public boolean isOpen(Inbox inbox) {
        return inbox.isOpen(System.nanoTime());
    }

    /// Tells a node something. What cannot be told is counted, and the node gets all tops later.
    ///
    /// @param ticket done once the fate of the record is known; null when nobody waits
    /// @param loss told when the record did not arrive; null when nobody cares
    public void tell(Inbox inbox, byte[] message, Watermark.@Nullable Ticket ticket, @Nullable Loss loss) {
        if (!isOpen(inbox)) {
            lost(inbox, loss);
            return;
        }
        int size = message.length + OVERHEAD;
        inFlight.addAndGet(size);
        if (ticket != null) {
            ticket.expect();
        }
        Callback callback = (_, fault) -> told(inbox, size, ticket, loss, fault);
        try {
            var _ = inboxes.send(new ProducerRecord<>(inbox.topic(), 0, null, message), callback);
        } catch (KafkaException | IllegalStateException e) {
            told(inbox, size, ticket, loss, e);
        }
    }

    /// Writes what must not be lost.
    ///
    /// @param ticket stays open until the log has the record; null when the record can be written again by others
    public void write(ProducerRecord<byte[], byte[]> record, Watermark.@Nullable Ticket ticket) {
        int size = (record.value() == null ? 0 : record.value().length) + OVERHEAD;
        inFlight.addAndGet(size);
        if (ticket != null) {
            ticket.expect();
        }
        Callback callback = (_, fault) -> written(record, size, ticket, fault);
        try {
            var _ = logSide.send(record, callback);
        } catch (KafkaException | IllegalStateException e) {
            written(record, size, ticket, e);
        }
    }

    @Override
    public void close() {
        close(CLOSE);
    }

    /// @param patience zero drops what is on its way
    public void close(Duration patience) {
        inboxes.close(patience);
        logSide.close(patience);
    }

    private void told(
            Inbox inbox, int size, Watermark.@Nullable Ticket ticket, @Nullable Loss loss, @Nullable Exception fault) {
        inFlight.addAndGet(-size);
        if (fault == null) {
            meters.inboxSent.increment();
        } else {
            LOG.debug("record for an inbox is lost", fault);
            if (!(fault instanceof RecordTooLargeException)) {
                inbox.block(System.nanoTime() + BLOCK.toNanos());
            }
            lost(inbox, loss);
        }
        if (ticket != null) {
            ticket.done();
        }
    }

    private void lost(Inbox inbox, @Nullable Loss loss) {
        meters.inboxLost.increment();
        inbox.lost();
        if (loss != null) {
            loss.lost();
        }
    }

    private void written(
            ProducerRecord<byte[], byte[]> record,
            int size,
            Watermark.@Nullable Ticket ticket,
            @Nullable Exception fault) {
        inFlight.addAndGet(-size);
        boolean isDelivery = record.topic().equals(Topics.DELIVERY_WEBHOOK);
        if (fault == null) {
            if (isDelivery) {
                meters.deliveries.increment();
            }
        } else if (fault instanceof RecordTooLargeException) {
            // No retry makes it smaller: it would hold up its partition for ever.
            LOG.error("record is too large for its topic and is left out", fault);
            if (isDelivery) {
                meters.deliveriesRefused.increment();
            }
        } else if (ticket != null) {
            ticket.fail();
            return;
        }
        if (ticket != null) {
            ticket.done();
        }
    }
}
