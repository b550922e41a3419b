package dev.carillon.kit;

import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/// Waits for Kafka and for the topics of the service, and creates what is missing where that is allowed.
///
/// Works on a virtual thread of its own until the topics are as they must be; meanwhile [#pending()] tells
/// people what it waits for. Safe for use by many threads.
@Singleton
public final class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);
    private static final int KAFKA_PATIENCE_SECONDS = 5;
    private static final Log NO_LOG = new Log("", 0);

    /// What the log is, once it is known; of no use to a service whose topics do not include it.
    ///
    /// @param epoch see [Position]
    /// @param partitions P
    public record Log(String epoch, int partitions) {}

    private final KafkaClients clients;
    private final TopicsConfig config;
    private volatile CompletableFuture<Log> ready = new CompletableFuture<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile String pending = "topics are not looked at yet";

    TopicSetup(KafkaClients clients, TopicsConfig config) {
        this.clients = clients;
        this.config = config;
    }

    /// Starts to wait for `specs`; call at the start of the service, and again when they are no longer what
    /// they were.
    ///
    /// @return completes when all of them are there; never fails, but is cancelled when the service stops first
    public CompletableFuture<Log> await(List<Topics.Spec> specs) {
        var awaited = new CompletableFuture<Log>();
        pending = "waiting for Kafka at " + clients.bootstrap();
        ready = awaited;
        Thread.ofVirtual().name("topic-setup").start(() -> run(specs));
        return awaited;
    }

    /// Looks once more at topics that were there, and creates what is missing where that is allowed.
    ///
    /// @return what is wrong with them, for people; empty when nothing is, or when Kafka does not answer
    public String repair(List<Topics.Spec> specs) throws InterruptedException {
        try (var admin = clients.admin()) {
            return provide(admin, specs);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("Kafka does not answer", e);
            return "";
        }
    }

    /// What the service still waits for, for people; empty when there is nothing.
    public Optional<String> pending() {
        return ready.isDone() ? Optional.empty() : Optional.of(pending);
    }

    void stop(@Observes ShutdownEvent shutdown) {
        stop.countDown();
        ready.cancel(false);
    }

    private void run(List<Topics.Spec> specs) {
        var said = "";
        try {
            do {
                pending = look(specs);
                if (pending.isEmpty()) {
                    return;
                }
                if (!pending.equals(said)) {
                    LOG.warn(pending);
                    said = pending;
                }
            } while (!stop.await(config.retry().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look: completes [#ready] when all is well, else says what is not.
    private String look(List<Topics.Spec> specs) throws InterruptedException {
        try (var admin = clients.admin()) {
            var fault = provide(admin, specs);
            if (fault.isEmpty()) {
                ready.complete(log(admin, specs));
            }
            return fault;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("Kafka does not answer", e);
            return "waiting for Kafka at " + clients.bootstrap();
        }
    }

    private String provide(Admin admin, List<Topics.Spec> specs)
            throws InterruptedException, ExecutionException, TimeoutException {
        var there = admin.listTopics().names().get(KAFKA_PATIENCE_SECONDS, TimeUnit.SECONDS);
        var missing =
                specs.stream().filter(spec -> !there.contains(spec.name())).toList();
        if (!missing.isEmpty() && !config.create()) {
            return "topics are missing (carillon.topics.create is off): "
                    + missing.stream().map(Topics.Spec::name).collect(Collectors.joining(", "));
        }
        create(admin, missing);
        var found = admin.describeTopics(specs.stream().map(Topics.Spec::name).toList())
                .allTopicNames()
                .get(KAFKA_PATIENCE_SECONDS, TimeUnit.SECONDS);
        var wrong = new ArrayList<String>();
        for (var spec : specs) {
            var topic = found.get(spec.name());
            int partitions = topic == null ? 0 : topic.partitions().size();
            if (partitions != spec.partitions()) {
                wrong.add(spec.name() + " has " + partitions + " and not " + spec.partitions());
            }
        }
        return wrong.isEmpty() ? "" : "topics have the wrong number of partitions: " + String.join(", ", wrong);
    }

    private void create(Admin admin, List<Topics.Spec> missing)
            throws InterruptedException, ExecutionException, TimeoutException {
        var topics = missing.stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), config.replication())
                        .configs(spec.configuration()))
                .toList();
        for (var created : admin.createTopics(topics).values().values()) {
            try {
                created.get(KAFKA_PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // Another service was faster: what it made is checked like everything else.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private Log log(Admin admin, List<Topics.Spec> specs)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (specs.stream().noneMatch(spec -> spec.name().equals(Topics.EVENT_PUBLISHED))) {
            return NO_LOG;
        }
        var cluster = admin.describeCluster().clusterId().get(KAFKA_PATIENCE_SECONDS, TimeUnit.SECONDS);
        var log = admin.describeTopics(Set.of(Topics.EVENT_PUBLISHED))
                .topicNameValues()
                .get(Topics.EVENT_PUBLISHED);
        var topic = Objects.requireNonNull(log).get(KAFKA_PATIENCE_SECONDS, TimeUnit.SECONDS);
        int partitions = topic.partitions().size();
        return new Log(Position.epoch(cluster, topic.topicId().toString(), partitions), partitions);
    }
}
