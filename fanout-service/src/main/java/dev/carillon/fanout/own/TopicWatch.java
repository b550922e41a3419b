package dev.carillon.fanout.own;

import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.kit.TopicLook;
import dev.carillon.kit.TopicSetup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Watches whether the topics stay what they were when the engine began. What an engine remembers is of these
/// topics only: if one of them was deleted, made anew or got more partitions, the engine has to be made anew
/// too. Topics that it only writes to are created again, or missed in the readiness.
///
/// Works on a virtual thread of its own, until it has told of a change.
final class TopicWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TopicWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// What an engine writes to and never reads.
    private static final Set<String> WRITTEN_ONLY =
            Set.of(Topics.EVENT_DEAD, Topics.NODE_COMMAND, Topics.DELIVERY_WEBHOOK);

    private final Admin admin;
    private final TopicSetup setup;
    private final List<Topics.Spec> specs;
    private final TopicSetup.Log log;
    private final Consumer<String> changed;
    private final Map<String, Uuid> ids = new HashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile String fault = "";

    private TopicWatch(
            Admin admin, TopicSetup setup, List<Topics.Spec> specs, TopicSetup.Log log, Consumer<String> changed) {
        this.admin = admin;
        this.setup = setup;
        this.specs = List.copyOf(specs);
        this.log = log;
        this.changed = changed;
    }

    /// @param admin closed by this
    /// @param changed told once, why the engine has to be made anew
    static TopicWatch start(
            Admin admin, TopicSetup setup, List<Topics.Spec> specs, TopicSetup.Log log, Consumer<String> changed) {
        var watch = new TopicWatch(admin, setup, specs, log, changed);
        Thread.ofVirtual().name("topic-watch").start(watch::run);
        return watch;
    }

    /// What is wrong although the engine goes on, for people; empty when nothing is.
    String fault() {
        return fault;
    }

    @Override
    public void close() {
        stop.countDown();
        admin.close(Duration.ZERO);
    }

    private void run() {
        try {
            do {
                var change = look();
                if (!change.isEmpty()) {
                    changed.accept(change);
                    return;
                }
            } while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Why the engine has to be made anew; empty when it has not, or when nobody knows.
    private String look() throws InterruptedException {
        try {
            var cluster = admin.describeCluster().clusterId().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            var there =
                    TopicLook.at(admin, specs.stream().map(Topics.Spec::name).toList(), PATIENCE);
            for (var spec : specs) {
                var change = change(spec, there.get(spec.name()), cluster);
                if (!change.isEmpty()) {
                    return change;
                }
            }
            repair(there);
            return "";
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("topics cannot be looked at", e);
            return "";
        }
    }

    private String change(Topics.Spec spec, @Nullable TopicDescription topic, String cluster) {
        if (WRITTEN_ONLY.contains(spec.name())) {
            return "";
        }
        if (topic == null) {
            return "topic " + spec.name() + " is gone";
        }
        int partitions = topic.partitions().size();
        if (partitions != spec.partitions()) {
            return "topic " + spec.name() + " has " + partitions + " and not " + spec.partitions() + " partitions";
        }
        var before = ids.putIfAbsent(spec.name(), topic.topicId());
        boolean isAnother = before != null && !before.equals(topic.topicId());
        boolean isOtherLog = spec.name().equals(Topics.EVENT_PUBLISHED)
                && !Position.epoch(cluster, topic.topicId().toString(), partitions)
                        .equals(log.epoch());
        return isAnother || isOtherLog ? "topic " + spec.name() + " was made anew" : "";
    }

    private void repair(Map<String, TopicDescription> there) throws InterruptedException {
        boolean isWhole = specs.stream().allMatch(spec -> {
            var topic = there.get(spec.name());
            return topic != null && topic.partitions().size() == spec.partitions();
        });
        var wrong = isWhole ? "" : setup.repair(specs);
        if (!wrong.isEmpty() && !wrong.equals(fault)) {
            LOG.warn(wrong);
        }
        fault = wrong;
    }
}
