package dev.carillon.fanout.source;

import dev.carillon.fanout.FanoutConfig;
import dev.carillon.kit.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// All sources of an instance, and a look at their topics now and then. A plain class, so that two of them can
/// live in one JVM. The log must exist; topics of sources need not.
///
/// Safe for use by many threads.
public final class Sources implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Sources.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// A source at work.
    ///
    /// @param old topics that may hold something from before it was started
    private record Running(SourceWorker worker, TopicLook look, Set<String> old) {}

    private final List<Running> sources = new ArrayList<>();
    private final @Nullable Admin admin;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean crashed;

    private Sources(
            FanoutConfig config, String instance, int partitions, KafkaClients clients, MeterRegistry registry) {
        var sourceClients = new SourceClients(clients, config, instance);
        for (var source : Source.all(config.sources())) {
            sources.add(running(source, config, partitions, sourceClients, registry));
        }
        this.admin = sources.isEmpty() ? null : clients.admin();
    }

    /// Looks whether the configuration makes sense.
    ///
    /// @throws IllegalArgumentException when it does not; the message names the key
    public static void check(FanoutConfig config) {
        Source.all(config.sources());
    }

    /// Starts to read.
    ///
    /// @param partitions of the log: P
    public static Sources start(
            FanoutConfig config, String instance, int partitions, KafkaClients clients, MeterRegistry registry) {
        var all = new Sources(config, instance, partitions, clients, registry);
        if (!all.sources.isEmpty()) {
            Thread.ofVirtual().name("source-topics").start(all::run);
        }
        return all;
    }

    public List<SourceView> views() {
        return sources.stream().map(running -> running.worker().view()).toList();
    }

    /// What is not as it should be, for people, by source; empty when all is well.
    public Map<String, String> troubles() {
        var troubles = new LinkedHashMap<String, String>();
        for (var running : sources) {
            var trouble = running.worker().trouble();
            if (!trouble.isEmpty()) {
                troubles.put(running.worker().source().name(), trouble);
            }
        }
        return troubles;
    }

    /// Ends with everything that is written committed, and leaves the groups.
    @Override
    public void close() {
        stop.countDown();
        sources.forEach(running -> running.worker().close());
        sources.forEach(running -> running.worker().join());
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }

    /// Ends as if the process had been killed: no commit, no word to the groups. For tests.
    void crash() {
        crashed = true;
        close();
    }

    private Running running(
            Source source, FanoutConfig config, int partitions, SourceClients clients, MeterRegistry registry) {
        var old = ConcurrentHashMap.<String>newKeySet();
        var self = new SourceWorker[1];
        var meters = new SourceMeters(registry, source.name(), () -> self[0] == null ? 0 : self[0].lag());
        var setting = new SourceSession.Setting(
                source,
                new Mapping(source, config.maxEventSize().asLongValue()),
                meters,
                config.inFlight().asLongValue(),
                old,
                () -> crashed);
        self[0] = new SourceWorker(
                source,
                () -> new SourceSession(
                        setting, clients.consumer(source), new LogWriter(clients.producer(), partitions, meters)),
                meters,
                config.commitInterval());
        return new Running(self[0], new TopicLook(source), old);
    }

    /// The first look comes before the first session, which needs to know what was there before.
    private void run() {
        boolean started = false;
        try {
            do {
                var there = topics();
                if (there != null) {
                    sources.forEach(running -> tell(running, running.look().look(there)));
                    if (!started) {
                        started = true;
                        sources.forEach(running -> running.worker().start());
                    }
                }
            } while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(Running running, TopicLook.Seen seen) {
        running.old().addAll(seen.old());
        running.old().removeAll(seen.anew());
        if (!seen.anew().isEmpty()) {
            LOG.warnf(
                    "source %s: topics were made anew: %s",
                    running.worker().source().name(), seen.anew());
            running.worker().madeAnew(seen.anew());
        }
        running.worker().missing(seen.missing());
    }

    private @Nullable Map<String, Uuid> topics() throws InterruptedException {
        try {
            var there = new HashMap<String, Uuid>();
            var listed = admin == null
                    ? List.<TopicListing>of()
                    : admin.listTopics().listings().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            listed.forEach(topic -> there.put(topic.name(), topic.topicId()));
            return there;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.debug("topics of sources cannot be listed", e);
            return null;
        }
    }
}
