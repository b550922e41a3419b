package dev.carillon.connection.feed;

import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// Reads this node's inbox from its end on, and hands on what it decodes, in order.
///
/// Runs on a platform thread of its own, which alone calls the listener. What cannot be decoded is counted and
/// skipped. When the place in the inbox is lost, it goes on at the inbox's beginning and says so: the chain
/// rule drops what comes twice.
final class InboxReader implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(InboxReader.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /// Called on the reader's thread.
    interface Listener {
        /// From now on nothing is passed over.
        void reading();

        /// The next messages.
        void heard(List<InboxMessage> messages) throws InterruptedException;

        /// Messages may be missing.
        void lost();
    }

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> inbox;
    private final Listener listener;
    private final FeedMeters meters;
    private final Thread thread = Thread.ofPlatform().daemon().name("inbox").unstarted(this::run);
    private volatile boolean closed;
    private volatile boolean changed;

    InboxReader(KafkaClients clients, NodeIdentity node, Listener listener, FeedMeters meters) {
        this.consumer = clients.consumer(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "carillon-inbox",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                500,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                2_000));
        this.inbox = List.of(new TopicPartition(node.inbox(), 0));
        this.listener = listener;
        this.meters = meters;
    }

    void start() {
        thread.start();
    }

    /// The inbox may be another topic than before, of the same name.
    void inboxChanged() {
        changed = true;
    }

    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        consumer.wakeup();
        try {
            thread.join(POLL.multipliedBy(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(inbox);
            seekToEnd();
            while (!closed) {
                pass();
            }
        } catch (WakeupException | InterruptException | InterruptedException e) {
            LOG.debug("inbox reader ends", e);
        }
    }

    /// An inbox that is left over from an earlier incarnation holds nothing for this one.
    private void seekToEnd() throws InterruptedException {
        while (!closed) {
            try {
                consumer.seekToEnd(inbox);
                inbox.forEach(partition -> consumer.position(partition, POLL.multipliedBy(10)));
                listener.reading();
                return;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                LOG.debug("the inbox cannot be read yet", e);
                Thread.sleep(POLL);
            }
        }
    }

    private void pass() throws InterruptedException {
        try {
            if (changed) {
                changed = false;
                startOver();
            }
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                listener.heard(decode(records));
            }
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (InvalidOffsetException e) {
            LOG.warn("the place in the inbox is lost, all channels are followed again", e);
            startOver();
        } catch (KafkaException e) {
            LOG.warn("the inbox cannot be read, trying again", e);
            Thread.sleep(POLL);
        }
    }

    private void startOver() {
        consumer.seekToBeginning(inbox);
        listener.lost();
    }

    private List<InboxMessage> decode(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        var messages = new ArrayList<InboxMessage>();
        for (var record : records) {
            try {
                messages.add(InboxCodec.decode(record.value()));
            } catch (IllegalArgumentException | NullPointerException e) {
                meters.unreadable();
                LOG.debug("a message in the inbox cannot be read", e);
            }
        }
        return messages;
    }
}
