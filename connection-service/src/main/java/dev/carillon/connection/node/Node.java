package dev.carillon.connection.node;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.LogTopics;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps this node known in the cluster: makes its inbox, and says every few seconds that it lives.
///
/// Owners drop a node that they do not hear of for [#LEASE], with its interest and at last with its inbox. A
/// node that was silent for so long, because it or Kafka stood still, makes all that anew and tells who listens
/// ([#onReturn]).
///
/// Works on a thread of its own; safe for use by many threads.
@Singleton
public final class Node {

    /// After so long without a sign of life a node counts as dead.
    public static final Duration LEASE = Duration.ofSeconds(10);

    /// When the lease is taken for lost: a little early is harmless.
    private static final long LAPSE_NANOS = LEASE.minusSeconds(2).toNanos();

    private static final int BEATS_PER_LOOK = 5;
    private static final Logger LOG = Logger.getLogger(Node.class);

    private final NodeIdentity identity;
    private final InboxTopic inbox;
    private final Connections connections;
    private final LogTopics topics;
    private final KafkaClients clients;
    private final Duration heartbeat;
    private final CompletableFuture<TopicSetup.Log> joined = new CompletableFuture<>();
    private final List<Runnable> returns = new CopyOnWriteArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("node").unstarted(this::run);

    private volatile long heardAt;
    private volatile boolean heard;
    private volatile boolean lapsed;

    Node(
            NodeIdentity identity,
            InboxTopic inbox,
            Connections connections,
            LogTopics topics,
            KafkaClients clients,
            ConnectionConfig config) {
        this.identity = identity;
        this.inbox = inbox;
        this.connections = connections;
        this.topics = topics;
        this.clients = clients;
        this.heartbeat = config.heartbeat();
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /// Last of all: whoever uses the inbox is gone by then.
    void stop(@Observes @Priority(9000) ShutdownEvent event) {
        stop.countDown();
        try {
            thread.join(LEASE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Completes on some thread when the node has an inbox.
    public CompletableFuture<TopicSetup.Log> joined() {
        return joined;
    }

    /// Calls `listener` on the node's thread when the cluster may have dropped the node: nothing that was
    /// written before counts any more, and nothing sent to it is sure to have come.
    public void onReturn(Runnable listener) {
        returns.add(listener);
    }

    /// Whether the cluster knows that the node lives.
    boolean isKnown() {
        return heard && System.nanoTime() - heardAt < LEASE.toNanos();
    }

    private void run() {
        try {
            var log = topics.ready().get();
            var id = provideInbox();
            if (id == null) {
                return;
            }
            LOG.infof("this node is %s", identity.name());
            joined.complete(log);
            beatUntilStopped(id);
        } catch (ExecutionException | CancellationException e) {
            LOG.debug("stopped before the topics were there", e);
        } catch (InterruptedException e) {
            LOG.debug("node interrupted", e);
        }
    }

    /// @return null when the node is stopped first
    private @Nullable Uuid provideInbox() throws InterruptedException {
        do {
            try {
                return inbox.provide();
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                LOG.warn("the inbox cannot be made, trying again", e);
            }
        } while (!stop.await(1, TimeUnit.SECONDS));
        return null;
    }

    private void beatUntilStopped(Uuid first) throws InterruptedException {
        var known = first;
        var producer = clients.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG, "carillon-node",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000));
        try {
            long beats = 0;
            do {
                beat(producer);
                if (lapsed || ++beats % BEATS_PER_LOOK == 0) {
                    known = look(known);
                }
            } while (!stop.await(heartbeat.toMillis(), TimeUnit.MILLISECONDS));
            write(producer, null);
        } finally {
            producer.close(Duration.ofSeconds(3));
        }
        deleteInbox();
    }

    private void beat(Producer<byte[], byte[]> producer) {
        var state = new NodeState(identity.name(), identity.incarnation(), identity.startedAt(), connections.count());
        write(producer, state.toJson());
    }

    private void write(Producer<byte[], byte[]> producer, byte @Nullable [] state) {
        var key = identity.name().getBytes(StandardCharsets.US_ASCII);
        try {
            var _ = producer.send(new ProducerRecord<>(Topics.NODE_STATE, 0, key, state), (_, failure) -> {
                if (failure == null) {
                    acknowledged();
                }
            });
        } catch (KafkaException e) {
            LOG.debug("heartbeat was not sent", e);
        }
    }

    private void acknowledged() {
        long now = System.nanoTime();
        if (heard && now - heardAt > LAPSE_NANOS) {
            lapsed = true;
        }
        heardAt = now;
        heard = true;
    }

    /// Looks whether the inbox is still the one it was.
    private Uuid look(Uuid known) throws InterruptedException {
        try {
            var found = inbox.provide();
            if (lapsed || !found.equals(known)) {
                LOG.warn("this node was taken for dead and comes back");
                lapsed = false;
                returns.forEach(Runnable::run);
            }
            return found;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("cannot look for the inbox", e);
            return known;
        }
    }

    private void deleteInbox() throws InterruptedException {
        try {
            inbox.delete();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("the inbox was not deleted; an owner will do it", e);
        }
    }
}
