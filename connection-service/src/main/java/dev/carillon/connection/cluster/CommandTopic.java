package dev.carillon.connection.cluster;

import com.google.protobuf.ByteString;
import dev.carillon.connection.node.Node;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.NodeCommandCodec;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/// The way of commands: writes those of this node, reads those of all, and answers them to whoever asked.
///
/// Reads on a platform thread of its own, from where the topic ends when the node starts. Safe for use by many
/// threads.
@Singleton
final class CommandTopic {

    private static final Logger LOG = Logger.getLogger(CommandTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.NODE_COMMAND, 0);

    private final Node node;
    private final NodeIdentity identity;
    private final KafkaClients clients;
    private final CommandExecution execution;
    private final CompletableFuture<Producer<byte[], byte[]>> producer = new CompletableFuture<>();
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("node-commands").unstarted(this::run);

    CommandTopic(Node node, NodeIdentity identity, KafkaClients clients, CommandExecution execution) {
        this.node = node;
        this.identity = identity;
        this.clients = clients;
        this.execution = execution;
    }

    void start(@Observes StartupEvent event) {
        var _ = node.joined().thenAccept(_ -> thread.start());
    }

    /// Before the node.
    void stop(@Observes @Priority(8500) ShutdownEvent event) {
        stop.countDown();
        try {
            // By milliseconds, because this one is content with a thread that never started.
            thread.join(POLL.multipliedBy(4).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = producer.thenAccept(open -> open.close(Duration.ofSeconds(1)));
        senders.shutdown();
    }

    /// Writes a command for all nodes.
    CompletionStage<Void> give(NodeCommand command) {
        return send(new ProducerRecord<>(Topics.NODE_COMMAND, 0, null, NodeCommandCodec.write(command)));
    }

    /// A send may wait, for metadata or for memory.
    private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
        var sent = new CompletableFuture<Void>();
        var _ = producer.thenAcceptAsync(
                        open -> {
                            var _ = open.send(record, (_, failure) -> {
                                if (failure == null) {
                                    sent.complete(null);
                                } else {
                                    sent.completeExceptionally(failure);
                                }
                            });
                        },
                        senders)
                .exceptionally(failure -> {
                    sent.completeExceptionally(failure);
                    return null;
                });
        return sent;
    }

    private void run() {
        producer.complete(clients.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG, "carillon-node-commands",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000)));
        var settings = Map.<String, Object>of(
                ConsumerConfig.CLIENT_ID_CONFIG, "carillon-node-commands",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        try (var consumer = clients.consumer(settings)) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToEnd(List.of(PARTITION));
            while (stop.getCount() > 0) {
                pass(consumer);
            }
        } catch (WakeupException | InterruptException | InterruptedException e) {
            LOG.debug("reader of commands ends", e);
        }
    }

    private void pass(Consumer<byte[], byte[]> consumer) throws InterruptedException {
        try {
            consumer.poll(POLL).forEach(this::heard);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("commands cannot be read, trying again", e);
            var _ = stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void heard(ConsumerRecord<byte[], byte[]> record) {
        try {
            var command = NodeCommandCodec.read(record.value());
            var _ = execution.carryOut(command.action()).whenComplete((answer, failure) -> {
                if (failure == null) {
                    answer(command, ByteString.copyFromUtf8(answer.toString()));
                } else {
                    LOG.warn("a command failed", failure);
                }
            });
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.warn("a command cannot be read and is passed over", e);
        } catch (RuntimeException e) {
            LOG.error("a command failed", e);
        }
    }

    private void answer(NodeCommand command, ByteString answer) {
        var message = new InboxMessage.Answered(command.id(), identity.name(), answer);
        var inbox = Topics.NODE_INBOX_PREFIX + command.from();
        var _ = send(new ProducerRecord<>(inbox, 0, null, InboxCodec.encode(message)))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.debug("an answer did not reach its node", failure);
                    }
                });
    }
}
