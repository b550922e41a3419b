package dev.carillon.connection;

import dev.carillon.kit.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jboss.logging.Logger;

/// Hands what waits in a queue to Kafka, in order, on a thread of its own: event loops must not wait for Kafka,
/// and a producer may, for metadata or for memory.
///
/// Safe for use by many threads.
///
/// @param <T> what waits
public final class QueueWriter<T> {

    private static final Logger LOG = Logger.getLogger(QueueWriter.class);
    private static final Duration FLUSH = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 100;

    private final String name;
    private final int patience;
    private final KafkaClients clients;
    private final BlockingQueue<T> queue;
    private final BiConsumer<Producer<byte[], byte[]>, T> writing;
    private final Thread thread;
    private volatile boolean closing;

    /// @param name of the thread, and with `carillon-` before it of the client
    /// @param patience how long Kafka may take for a step, of which there are two
    /// @param writing sends one that waited; called on the thread, and must not throw
    public QueueWriter(
            String name,
            Duration patience,
            KafkaClients clients,
            BlockingQueue<T> queue,
            BiConsumer<Producer<byte[], byte[]>, T> writing) {
        this.name = name;
        this.patience = Math.toIntExact(patience.toMillis());
        this.clients = clients;
        this.queue = queue;
        this.writing = writing;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /// Call it once.
    public void start() {
        thread.start();
    }

    /// Writes what waits, for a while at most.
    public void close() {
        closing = true;
        try {
            if (thread.isAlive()) {
                thread.join(FLUSH.multipliedBy(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether it is to write no more than what waits now.
    public boolean isClosing() {
        return closing;
    }

    private void run() {
        var producer = clients.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "carillon-" + name,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                patience,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                patience,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                2 * patience));
        try {
            while (!closing || !queue.isEmpty()) {
                var next = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    writing.accept(producer, next);
                }
            }
        } catch (InterruptedException e) {
            LOG.debugf(e, "writer %s interrupted", name);
        } finally {
            producer.close(FLUSH);
        }
    }
}
