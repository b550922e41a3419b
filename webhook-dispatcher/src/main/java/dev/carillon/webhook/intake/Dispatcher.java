package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.attempt.Attempter;
import dev.carillon.webhook.attempt.HttpSender;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.endpoint.EndpointStore;
import dev.carillon.webhook.endpoint.EndpointTable;
import dev.carillon.webhook.gate.GateLimits;
import dev.carillon.webhook.target.Cidr;
import dev.carillon.webhook.target.Resolver;
import dev.carillon.webhook.target.TargetGuard;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Starts the dispatcher with the service, as far as Kafka lets it, and ends it with the service: topics first,
/// then the table of endpoints, then the engine.
///
/// Safe for use by many threads: what is running is published once, and taken back at the end.
@Singleton
public final class Dispatcher {

    private static final Logger LOG = Logger.getLogger(Dispatcher.class);

    private final WebhookConfig config;
    private final TopicsConfig topics;
    private final TopicSetup setup;
    private final KafkaClients clients;
    private final MeterRegistry registry;
    private final HttpSender sender;
    private final TargetGuard guard;
    private final Attempter attempter;
    private final Clock clock = Clock.systemUTC();
    private volatile @Nullable Running running;
    private volatile boolean isStopped;

    Dispatcher(
            WebhookConfig config,
            TopicsConfig topics,
            TopicSetup setup,
            KafkaClients clients,
            MeterRegistry registry,
            Vertx vertx) {
        this.config = config;
        this.topics = topics;
        this.setup = setup;
        this.clients = clients;
        this.registry = registry;
        this.sender =
                new HttpSender(vertx, Math.toIntExact(config.responseKept().asLongValue()));
        this.guard = guard(config);
        this.attempter = new Attempter(guard, sender, clock, config.attemptDeadline());
    }

    /// What there is once the table of endpoints is known.
    public record Running(EndpointTable endpoints, EndpointStore store, Engine engine) {}

    /// What is running, or null while Kafka is waited for.
    public @Nullable Running running() {
        return running;
    }

    public TargetGuard guard() {
        return guard;
    }

    public Attempter attempter() {
        return attempter;
    }

    /// What it still waits for, for people; empty when everything runs.
    public String pending() {
        var now = running;
        return now == null ? "the endpoints are not known yet" : now.engine().pending();
    }

    void start(@Observes StartupEvent startup) {
        if (config.apiKey().isEmpty() && config.apiKeys().isEmpty() && !config.insecure()) {
            LOG.warn("no carillon.webhook.api-key is set: every REST request will be refused");
        }
        int partitions = topics.webhookPartitions();
        var specs = new ArrayList<>(Topics.deliveries(partitions));
        specs.add(Topics.events(topics.logPartitions()));
        config.retryTiers().forEach(tier -> specs.add(Topics.retry(tier, partitions)));
        var _ = setup.await(specs).thenRunAsync(this::follow, Thread::startVirtualThread);
    }

    void stop(@Observes ShutdownEvent shutdown) {
        isStopped = true;
        var ending = running;
        running = null;
        if (ending != null) {
            ending.engine().close();
            ending.endpoints().close();
            ending.store().close();
        }
        sender.close();
    }

    private void follow() {
        var endpoints = EndpointTable.follow(clients);
        var _ = endpoints.caughtUp().thenRunAsync(() -> run(endpoints), Thread::startVirtualThread);
    }

    private void run(EndpointTable endpoints) {
        if (isStopped) {
            endpoints.close();
            return;
        }
        var store = EndpointStore.open(clients, endpoints, config.requestPatience());
        var parts = new Engine.Parts(clients, endpoints, attempter, clock, Chance.threadLocal(), registry);
        running = new Running(endpoints, store, Engine.start(settings(), parts));
    }

    private EngineSettings settings() {
        return new EngineSettings(
                config.instance().map(InstanceName::clean).orElseGet(() -> InstanceName.of(httpPort())),
                topics.webhookPartitions(),
                config.retryTiers(),
                new Schedule(config.schedule()),
                new GateLimits(
                        config.concurrency(), config.endpointConcurrency(), config.queue(), config.endpointQueue()),
                config.queueBytes().asLongValue(),
                config.sessionTimeout(),
                config.commitInterval(),
                config.transactionTimeout(),
                config.revokePatience(),
                config.attemptDeadline(),
                config.ledgerMemory());
    }

    private static TargetGuard guard(WebhookConfig config) {
        var allowed = config.allowedTargets().orElse(List.of()).stream()
                .map(Cidr::parse)
                .toList();
        return new TargetGuard(Resolver.system(), allowed, Set.copyOf(TargetGuard.ownAddresses()));
    }

    private static int httpPort() {
        return ConfigProvider.getConfig()
                .getOptionalValue("quarkus.http.port", Integer.class)
                .orElse(0);
    }
}
