package dev.carillon.kit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// Follows a small compacted topic of one partition from its beginning: every row once, then every change.
///
/// Runs on a platform thread of its own, which alone calls the listener. A listener that throws is logged and
/// passed over: one unreadable row never hides the others.
public final class StateTable implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StateTable.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /// Hears of rows, in the order of the topic; a record without a value ends its row.
    @FunctionalInterface
    public interface Listener {
        void changed(ConsumerRecord<byte[], byte[]> row);
    }

    /// Whoever waits until the table is read to an end.
    private record Aim(List<CompletableFuture<Void>> waiting, long end) {}

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Listener listener;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
    private final Queue<Aim> aimed = new ArrayDeque<>();
    private final Thread thread;
    private long firstEnd = -1;
    private volatile boolean closed;

    private StateTable(KafkaClients clients, String topic, Map<String, Object> settings, Listener listener) {
        this.consumer = clients.consumer(settings);
        this.partition = new TopicPartition(topic, 0);
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("table-" + topic).unstarted(this::run);
    }

    /// Starts to follow `topic`, which must exist.
    public static StateTable follow(KafkaClients clients, String topic, Listener listener) {
        return follow(clients, topic, Map.of(), listener);
    }

    /// Starts to follow `topic`, which must exist.
    ///
    /// @param settings for the consumer
    static StateTable follow(KafkaClients clients, String topic, Map<String, Object> settings, Listener listener) {
        var table = new StateTable(clients, topic, settings, listener);
        table.thread.start();
        return table;
    }

    /// Completes when the listener has heard everything that the topic held when it was opened.
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /// Completes when the listener has heard everything that the topic holds now; what is written later does
    /// not delay it.
    public CompletableFuture<Void> refresh() {
        var refresh = new CompletableFuture<Void>();
        asked.add(refresh);
        return refresh;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(POLL.multipliedBy(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (!closed) {
                pass();
            }
        } catch (WakeupException e) {
            LOG.debug("state table closed", e);
        }
    }

    private void pass() {
        try {
            consumer.poll(POLL).forEach(this::tell);
            if (!caughtUp.isDone() && isAtEnd()) {
                caughtUp.complete(null);
            }
            if (caughtUp.isDone()) {
                refresh(consumer.position(partition));
            }
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("state table cannot be read, trying again", e);
        }
    }

    /// Those that asked since the last pass want what the topic holds now, and nothing that comes later.
    private void refresh(long position) {
        int count = asked.size();
        if (count > 0) {
            // Looked up after they asked, and before they are taken: Kafka may not answer.
            long end = end();
            var waiting = new ArrayList<CompletableFuture<Void>>(count);
            for (int i = 0; i < count; i++) {
                waiting.add(asked.remove());
            }
            aimed.add(new Aim(waiting, end));
        }
        for (var first = aimed.peek(); first != null && position >= first.end(); first = aimed.peek()) {
            aimed.remove();
            first.waiting().forEach(waiting -> waiting.complete(null));
        }
    }

    private boolean isAtEnd() {
        // Asked once: the answer waits behind the fetch that is under way, so in a topic where something is written
        // all the time a new answer would always be ahead.
        if (firstEnd < 0) {
            firstEnd = end();
        }
        return consumer.position(partition) >= firstEnd;
    }

    private long end() {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, Long.MAX_VALUE);
    }

    private void tell(ConsumerRecord<byte[], byte[]> row) {
        try {
            listener.changed(row);
        } catch (RuntimeException e) {
            // Of whatever kind: rows may come from anybody, and one must not hide the others.
            LOG.warn("row of a state table is not readable, passed over", e);
        }
    }
}
