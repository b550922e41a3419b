package dev.carillon.connection.presence;

import dev.carillon.connection.LogWatch;
import dev.carillon.connection.QueueWriter;
import dev.carillon.connection.node.Node;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.Partitions;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The presence rows of this node, and whether the topic has them.
///
/// What is written for a key is what holds when its turn comes: the row, or a tombstone. So what happens to a
/// client in quick succession is written once, and what could not be written is simply written again.
///
/// Safe for use by many threads, event loops included: only a thread of its own waits for Kafka. No more waits
/// to be written than there are clients in channels, and those that just went.
@Singleton
final class PresenceRows {

    private static final Logger LOG = Logger.getLogger(PresenceRows.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long AGAIN_MILLIS = 1_000;
    private static final long ALL_SOON_MILLIS = 500;

    private sealed interface Task {
        record Write(Presence.Key key) implements Task {}

        /// Completes when everything before it that goes to the channel's partition is in the topic.
        record Barrier(Channel channel, CompletableFuture<Long> end) implements Task {}
    }

    private final Node node;
    private final Map<Presence.Key, Presence> rows = new ConcurrentHashMap<>();
    private final Set<Presence.Key> unwritten = ConcurrentHashMap.newKeySet();
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final AtomicBoolean allSoon = new AtomicBoolean();
    private final QueueWriter<Task> writer;

    /// Of the thread: per partition, the end of what was written last.
    private final Map<Integer, CompletableFuture<Long>> ends = new HashMap<>();

    private volatile int partitions;

    PresenceRows(Node node, KafkaClients clients) {
        this.node = node;
        this.writer =
                new QueueWriter<>("presence", PATIENCE, clients, tasks, (producer, task) -> carryOut(task, producer));
    }

    void start(@Observes StartupEvent event) {
        node.onReturn(this::writeAllSoon);
        var _ = node.joined().thenAccept(log -> {
            partitions = log.partitions();
            writer.start();
        });
    }

    void changed(@Observes LogWatch.Change change) {
        if (change instanceof LogWatch.Change.PresenceLost) {
            writeAllSoon();
        }
    }

    /// After the sessions, whose clients have left by now; before the node.
    void stop(@Observes @Priority(8500) ShutdownEvent event) {
        writer.close();
    }

    void put(Presence row) {
        rows.put(row.key(), row);
        write(row.key());
    }

    void remove(Presence.Key key) {
        if (rows.remove(key) != null) {
            write(key);
        }
    }

    /// Owners may have dropped what was written: everything is written again, once for all who ask at a time.
    void writeAllSoon() {
        if (allSoon.compareAndSet(false, true)) {
            later(ALL_SOON_MILLIS, () -> {
                allSoon.set(false);
                rows.keySet().forEach(this::write);
            });
        }
    }

    /// Completes, on Kafka's thread or another, when the rows of the channel that are there now are in the
    /// topic. Gives the offset in the channel's partition below which they are; 0 when this node wrote nothing
    /// to it, or could not.
    CompletionStage<Long> written(Channel channel) {
        var end = new CompletableFuture<Long>();
        tasks.add(new Task.Barrier(channel, end));
        return end;
    }

    private void write(Presence.Key key) {
        if (unwritten.add(key)) {
            tasks.add(new Task.Write(key));
        }
    }

    private void carryOut(Task task, Producer<byte[], byte[]> producer) {
        switch (task) {
            case Task.Write(var key) -> {
                // First, so that a change from now on is written after this.
                unwritten.remove(key);
                send(producer, key, rows.get(key));
            }
            case Task.Barrier(var channel, var end) -> {
                var last = ends.get(Partitions.of(channel, partitions));
                if (last == null) {
                    end.complete(0L);
                } else {
                    var _ = last.whenComplete((offset, failure) -> end.complete(failure == null ? offset : 0L));
                }
            }
        }
    }

    private void send(Producer<byte[], byte[]> producer, Presence.Key key, @Nullable Presence row) {
        int partition = Partitions.of(key.channel(), partitions);
        var end = new CompletableFuture<Long>();
        ends.put(partition, end);
        var value = row == null ? null : row.toBytes();
        try {
            var _ = producer.send(
                    new ProducerRecord<>(Topics.PRESENCE_STATE, partition, key.toBytes(), value),
                    (metadata, failure) -> {
                        if (failure == null) {
                            end.complete(metadata.offset() + 1);
                        } else {
                            failed(key, end, failure);
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            failed(key, end, e);
        }
    }

    private void failed(Presence.Key key, CompletableFuture<Long> end, Exception failure) {
        LOG.debug("a presence row was not written, trying again", failure);
        end.completeExceptionally(failure);
        if (!writer.isClosing()) {
            later(AGAIN_MILLIS, () -> write(key));
        }
    }

    private static void later(long millis, Runnable action) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(action);
    }
}
