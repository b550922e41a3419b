package dev.carillon.fanout.own;

import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutConfig;
import dev.carillon.fanout.FanoutMeters;
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
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Runs the [Engine] of this process: from when the topics are there until the process ends.
///
/// Safe for use by many threads: the engine is set once.
@Singleton
public final class FanoutService {

    private static final Logger LOG = Logger.getLogger(FanoutService.class);

    private final FanoutConfig config;
    private final TopicsConfig topics;
    private final TopicSetup setup;
    private final KafkaClients clients;
    private final MeterRegistry registry;
    private volatile @Nullable Engine engine;
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

    void start(@Observes StartupEvent started) {
        var needed = new ArrayList<>(Topics.log(topics.logPartitions()));
        Topics.deliveries(topics.webhookPartitions()).stream()
                .filter(spec -> spec.name().equals(Topics.DELIVERY_WEBHOOK))
                .forEach(needed::add);
        setup.await(needed).thenAccept(this::start).exceptionally(fault -> {
            LOG.debug("the service stops before its topics were there", fault);
            return null;
        });
    }

    void stop(@Observes ShutdownEvent stopping) {
        Engine running;
        synchronized (this) {
            stopped = true;
            running = engine;
        }
        if (running != null) {
            running.close();
        }
    }

    private synchronized void start(TopicSetup.Log log) {
        if (stopped) {
            return;
        }
        var meters = new FanoutMeters(registry);
        var instance = InstanceName.of(
                config.instance(), ConfigProvider.getConfig().getOptionalValue("quarkus.http.port", Integer.class));
        LOG.infof("topics are ready (epoch %s), starting as instance %s", log.epoch(), instance);
        var started = Engine.start(new Engine.Parts(
                config, instance, log, topics.webhookPartitions(), clients, Clock.systemUTC(), meters));
        FigureGauges.register(registry, started::figures);
        engine = started;
    }
}
