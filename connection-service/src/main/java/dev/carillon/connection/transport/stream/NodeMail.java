package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import dev.carillon.connection.QueueWriter;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.EmulationRequest;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.ProblemException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What this node writes to other nodes: into their inboxes.
///
/// Safe for use by many threads, event loops included: letters wait in a queue, bounded by bytes, for one
/// thread that hands them to Kafka. So those to one node arrive in the order of the calls, and none is sent
/// twice.
@Singleton
final class NodeMail {

    private static final Logger LOG = Logger.getLogger(NodeMail.class);
    private static final long CAPACITY = 16 * 1024 * 1024;
    private static final long OVERHEAD = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private record Letter(String node, String session, ByteString commands, CompletableFuture<Void> sent) {

        long size() {
            return commands.size() + OVERHEAD;
        }
    }

    private final NodeIdentity identity;
    private final LinkedBlockingQueue<Letter> queue = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final QueueWriter<Letter> writer;
    private long number;

    NodeMail(NodeIdentity identity, KafkaClients clients) {
        this.identity = identity;
        this.writer = new QueueWriter<>("node-mail", PATIENCE, clients, queue, this::send);
        // Higher than any number of an earlier incarnation of this node.
        this.number = identity.incarnation() << 20;
    }

    void start(@Observes StartupEvent event) {
        writer.start();
    }

    void stop(@Observes ShutdownEvent event) {
        writer.close();
    }

    /// What a client is told when it has to send again.
    static ProblemException unavailable() {
        return ProblemException.retryAfter(
                ProblemType.UNAVAILABLE, "the node cannot be reached at the moment", Duration.ofSeconds(1));
    }

    /// Sends commands to a session of a node that lives.
    ///
    /// @return completes on some thread when Kafka has it, fails when it has not, or may not have
    CompletionStage<Void> send(EmulationRequest request) {
        var letter = new Letter(request.node(), request.session(), request.data(), new CompletableFuture<>());
        boolean full = bytes.addAndGet(letter.size()) > CAPACITY;
        if (full || writer.isClosing()) {
            bytes.addAndGet(-letter.size());
            return CompletableFuture.failedFuture(unavailable());
        }
        queue.add(letter);
        return letter.sent();
    }

    private void send(Producer<byte[], byte[]> producer, Letter letter) {
        var message = new InboxMessage.Commands(identity.name(), ++number, letter.session(), letter.commands());
        var record = new ProducerRecord<byte[], byte[]>(
                Topics.NODE_INBOX_PREFIX + letter.node(), 0, null, InboxCodec.encode(message));
        try {
            var _ = producer.send(record, (_, failure) -> done(letter, failure));
        } catch (KafkaException e) {
            done(letter, e);
        }
    }

    private void done(Letter letter, @Nullable Exception failure) {
        bytes.addAndGet(-letter.size());
        if (failure == null) {
            letter.sent().complete(null);
        } else {
            LOG.debug("a message to another node was not acknowledged", failure);
            letter.sent().completeExceptionally(failure);
        }
    }
}
