package dev.carillon.connection.node;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicsConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// The topic of this node's inbox: made by the node itself, whatever `carillon.topics.create` says about
/// others.
///
/// Confined to the node's thread. Every call may take a few seconds, and fails with an `ExecutionException` or
/// a `TimeoutException` while Kafka is not there.
@Singleton
final class InboxTopic {

    private static final int PATIENCE_SECONDS = 5;

    private final NodeIdentity node;
    private final KafkaClients clients;
    private final TopicsConfig config;

    InboxTopic(NodeIdentity node, KafkaClients clients, TopicsConfig config) {
        this.node = node;
        this.clients = clients;
        this.config = config;
    }

    /// Makes the inbox where there is none.
    ///
    /// @return names this very topic: another one of the same name has another id
    Uuid provide() throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = clients.admin()) {
            var there = id(admin);
            return there != null ? there : create(admin);
        }
    }

    void delete() throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = clients.admin()) {
            admin.deleteTopics(List.of(node.inbox())).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private @Nullable Uuid id(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return admin.describeTopics(List.of(node.inbox()))
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next()
                    .topicId();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw e;
        }
    }

    private Uuid create(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        var spec = Topics.inbox(node.name());
        var topic = new NewTopic(spec.name(), spec.partitions(), config.replication()).configs(spec.configuration());
        var created = admin.createTopics(List.of(topic));
        try {
            return created.topicId(spec.name()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                throw new TimeoutException("the inbox is there, but not everybody knows yet");
            }
            throw e;
        }
    }
}
