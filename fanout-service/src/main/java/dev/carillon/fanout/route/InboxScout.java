package dev.carillon.fanout.route;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Finds out whether the topics of inboxes are there, in place of the worker, which must not wait: Kafka's
/// client asks for what it does not know of a topic before it sends, and makes the sender wait.
///
/// Works on a virtual thread of its own; lanes come from the worker.
final class InboxScout implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(InboxScout.class);

    private final Producer<byte[], byte[]> producer;
    private final BlockingQueue<Lane> wanted = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /// @param producer the one that will send: what it learns, it knows
    InboxScout(Producer<byte[], byte[]> producer) {
        this.producer = producer;
        this.thread = Thread.ofVirtual().name("fanout-inbox-scout").start(this::run);
    }

    /// Tells the lane soon whether its topic is known; at most one request per lane is open.
    void look(Lane lane) {
        wanted.add(lane);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try {
            while (!closed) {
                var lane = wanted.take();
                lane.proof(isKnown(lane.topic()));
            }
        } catch (InterruptedException e) {
            LOG.debug("scout ends", e);
        }
    }

    /// A partition without a leader counts as known: only a record on its way makes the client look for one.
    private boolean isKnown(String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("inbox is not known", e);
            return false;
        }
    }
}
