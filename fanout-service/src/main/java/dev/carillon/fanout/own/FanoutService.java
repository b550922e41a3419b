package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.source.Sources;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import dev.carillon.kit.TopicsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs the [Engine] of this process: from when the topics are there until the process ends, and another one
/// when the topics are others.
///
/// Safe for use by many threads.
@Singleton
public final class FanoutService {

    private static final Logger LOG = Logger.getLogger(FanoutService.class);

    private final FanoutConfig config;
    private final TopicsConfig topics;
    private final TopicSetup setup;
    private final KafkaClients clients;
    private final MeterRegistry registry;
    private volatile @Nullable Engine engine;
    private volatile @Nullable Sources sources;
    private volatile @Nullable TopicWatch watch;
    private volatile boolean stopped;

    FanoutService(
            FanoutConfig config, TopicsConfig topics, TopicSetup setup, KafkaClients clients, MeterRegistry registry) {
        this.config = config;
        this.topics = topics;
        this.setup = setup;
        this.clients = clients;
        this.registry = registry;
    }

    /// The engine, once there is one.
    public Optional<Engine> engine() {
        return Optional.ofNullable(engine);
    }

    /// The sources, once they are read.
    public Optional<Sources> sources() {
        return Optional.ofNullable(sources);
    }

    /// What is wrong with topics although the engine goes on, for people; empty when nothing is.
    String fault() {
        var watching = watch;
        return watching == null ? "" : watching.fault();
    }

    void start(@Observes StartupEvent started) {
        Sources.check(config);
        FigureGauges.register(registry, () -> {
            var running = engine;
            return running == null ? Figures.NONE : running.figures();
        });
        begin();
    }

    void stop(@Observes ShutdownEvent stopping) {
        synchronized (this) {
            stopped = true;
        }
        end(Engine::close);
    }

    private void begin() {
        setup.await(needed()).thenAccept(this::start).exceptionally(fault -> {
            LOG.debug("the service stops before its topics were there", fault);
            return null;
        });
    }

    private synchronized void start(TopicSetup.Log log) {
        if (stopped) {
            return;
        }
        var instance = InstanceName.of(
                config.instance(), ConfigProvider.getConfig().getOptionalValue("quarkus.http.port", Integer.class));
        LOG.infof("topics are ready (epoch %s), starting as instance %s", log.epoch(), instance);
        engine = Engine.start(new Engine.Parts(
                config,
                instance,
                log,
                topics.webhookPartitions(),
                clients,
                Clock.systemUTC(),
                new FanoutMeters(registry)));
        sources = Sources.start(config, instance, log.partitions(), clients, registry);
        watch = TopicWatch.start(clients.admin(), setup, needed(), log, this::startOver);
    }

    /// What was read and committed up to now is of topics that are no longer there, so nothing of it counts:
    /// the engine ends without a commit, and another one begins as soon as the topics are as they must be.
    private void startOver(String why) {
        LOG.warnf("%s: everything is read anew", why);
        end(Engine::crash);
        synchronized (this) {
            if (stopped) {
                return;
            }
        }
        begin();
    }

    private void end(Consumer<Engine> ending) {
        Engine running;
        Sources read;
        TopicWatch watching;
        synchronized (this) {
            running = engine;
            read = sources;
            watching = watch;
            engine = null;
            sources = null;
            watch = null;
        }
        if (watching != null) {
            watching.close();
        }
        if (read != null) {
            read.close();
        }
        if (running != null) {
            ending.accept(running);
        }
    }

    private List<Topics.Spec> needed() {
        var needed = new ArrayList<>(Topics.log(topics.logPartitions()));
        Topics.deliveries(topics.webhookPartitions()).stream()
                .filter(spec -> spec.name().equals(Topics.DELIVERY_WEBHOOK))
                .forEach(needed::add);
        return needed;
    }
}
