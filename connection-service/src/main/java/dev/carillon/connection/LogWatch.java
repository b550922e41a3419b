package dev.carillon.connection;

import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicLook;
import dev.carillon.kit.TopicSetup;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Watches whether somebody deletes the topics and makes them anew. What this node wrote to the old ones is
/// gone then, and positions are of another log.
///
/// Works on a virtual thread of its own; whoever observes a [Change] is called on it.
@Singleton
public final class LogWatch {

    /// What somebody has done to the topics.
    public sealed interface Change {

        /// The log is another one.
        record NewLog(TopicSetup.Log log) implements Change {}

        /// The rows that say what nodes follow are gone.
        record InterestLost() implements Change {}

        /// The rows that say who is present are gone.
        record PresenceLost() implements Change {}
    }

    private static final Logger LOG = Logger.getLogger(LogWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final List<String> WATCHED =
            List.of(Topics.EVENT_PUBLISHED, Topics.INTEREST_STATE, Topics.PRESENCE_STATE);

    private final LogTopics topics;
    private final KafkaClients clients;
    private final Event<Change> changes;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<String, Uuid> ids = new HashMap<>();

    LogWatch(LogTopics topics, KafkaClients clients, Event<Change> changes) {
        this.topics = topics;
        this.clients = clients;
        this.changes = changes;
    }

    void start(@Observes StartupEvent event) {
        var _ = topics.ready()
                .thenAccept(log -> Thread.ofVirtual().name("log-watch").start(() -> run(log)));
    }

    void stop(@Observes ShutdownEvent event) {
        stop.countDown();
    }

    private void run(TopicSetup.Log first) {
        var log = first;
        try (var admin = clients.admin()) {
            do {
                log = look(admin, log);
            } while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return the log as it is now, as far as that is known
    private TopicSetup.Log look(Admin admin, TopicSetup.Log log) throws InterruptedException {
        try {
            var cluster = admin.describeCluster().clusterId().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var there = TopicLook.at(admin, WATCHED, PATIENCE);
            var now = tellOfLog(there.get(Topics.EVENT_PUBLISHED), cluster, log);
            tellIfAnother(there.get(Topics.INTEREST_STATE), new Change.InterestLost());
            tellIfAnother(there.get(Topics.PRESENCE_STATE), new Change.PresenceLost());
            return now;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("topics cannot be looked at", e);
            return log;
        }
    }

    private TopicSetup.Log tellOfLog(@Nullable TopicDescription topic, String cluster, TopicSetup.Log before) {
        if (topic == null) {
            return before;
        }
        int partitions = topic.partitions().size();
        var now = new TopicSetup.Log(Position.epoch(cluster, topic.topicId().toString(), partitions), partitions);
        if (!now.equals(before)) {
            LOG.warnf("the log was made anew, its epoch is %s now", now.epoch());
            changes.fire(new Change.NewLog(now));
        }
        return now;
    }

    private void tellIfAnother(@Nullable TopicDescription topic, Change change) {
        if (topic == null) {
            return;
        }
        var before = ids.put(topic.name(), topic.topicId());
        if (before != null && !before.equals(topic.topicId())) {
            LOG.warnf("topic %s was made anew, all rows are written again", topic.name());
            changes.fire(change);
        }
    }
}
