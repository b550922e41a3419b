package dev.carillon.webhook.live;

import dev.carillon.contract.ProblemType;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.WebhookConfig;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The end of the ledger, for those who watch it, on any replica: one reader for all of them, which runs while
/// there is anybody.
///
/// Safe for use by many threads; one lock around who watches, never held while Kafka is waited for.
@Singleton
public final class AttemptTail {

    private static final Logger LOG = Logger.getLogger(AttemptTail.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration BUSY = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final Duration patience;
    private final int most;
    private final List<TopicPartition> partitions;
    private final ReentrantLock lock = new ReentrantLock();
    private final CopyOnWriteArrayList<Watcher> watchers = new CopyOnWriteArrayList<>();
    /// Completes when the reader stands at the end; null while there is no reader.
    private @Nullable CompletableFuture<Void> reading;
    private volatile boolean isStopped;

    AttemptTail(KafkaClients clients, WebhookConfig config, TopicsConfig topics) {
        this.clients = clients;
        this.patience = config.requestPatience();
        this.most = config.streams();
        this.partitions = IntStream.range(0, topics.webhookPartitions())
                .mapToObj(number -> new TopicPartition(Topics.DELIVERY_ATTEMPT, number))
                .toList();
    }

    /// Begins to watch an endpoint: everything that is committed after this returns is seen. Waits for Kafka.
    ///
    /// @throws ProblemException with 503 when too many watch already, or Kafka does not answer
    public Watcher watch(String endpoint) {
        var watcher = new Watcher(endpoint, this);
        var ready = enter(watcher);
        try {
            ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return watcher;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            leave(watcher);
            throw unavailable("the service is stopping");
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the ledger's end is not found", e);
            leave(watcher);
            throw unavailable("Kafka does not answer");
        }
    }

    void leave(Watcher watcher) {
        watchers.remove(watcher);
    }

    void stop(@Observes ShutdownEvent shutdown) {
        isStopped = true;
        watchers.forEach(Watcher::end);
    }

    private CompletableFuture<Void> enter(Watcher watcher) {
        lock.lock();
        try {
            if (isStopped || watchers.size() >= most) {
                throw unavailable("too many watch already");
            }
            watchers.add(watcher);
            var ready = reading;
            if (ready == null) {
                ready = new CompletableFuture<>();
                reading = ready;
                var started = ready;
                Thread.ofPlatform().daemon().name("attempt-tail").start(() -> read(started));
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    private void read(CompletableFuture<Void> ready) {
        try (var consumer = clients.consumer(Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"))) {
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready.complete(null);
            while (!isOver()) {
                pass(consumer);
            }
        } catch (KafkaException e) {
            LOG.warn("the end of the ledger cannot be read; whoever watches it has to begin anew", e);
            ready.completeExceptionally(e);
            endAll();
        }
    }

    private void pass(Consumer<byte[], byte[]> consumer) {
        for (var entry : consumer.poll(POLL)) {
            if (entry.key() != null && entry.value() != null) {
                var endpoint = new String(entry.key(), StandardCharsets.UTF_8);
                for (var watcher : watchers) {
                    if (watcher.endpoint().equals(endpoint)) {
                        watcher.add(entry);
                    }
                }
            }
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            boolean isOver = isStopped || watchers.isEmpty();
            if (isOver) {
                reading = null;
            }
            return isOver;
        } finally {
            lock.unlock();
        }
    }

    private void endAll() {
        lock.lock();
        try {
            reading = null;
            watchers.forEach(Watcher::end);
            watchers.clear();
        } finally {
            lock.unlock();
        }
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.retryAfter(ProblemType.UNAVAILABLE, detail, BUSY);
    }
}
