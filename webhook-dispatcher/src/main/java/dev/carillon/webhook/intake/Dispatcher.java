package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.attempt.Attempter;
import dev.carillon.webhook.attempt.HttpSender;
import dev.carillon.webhook.attempt.Proxy;
import dev.carillon.webhook.attempt.SenderSettings;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.endpoint.EndpointStore;
import dev.carillon.webhook.endpoint.EndpointTable;
import dev.carillon.webhook.endpoint.Resealing;
import dev.carillon.webhook.gate.BreakerLimits;
import dev.carillon.webhook.gate.GateLimits;
import dev.carillon.webhook.target.Cidr;
import dev.carillon.webhook.target.PooledResolver;
import dev.carillon.webhook.target.Resolver;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.vault.Grants;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.MasterKeys;
import dev.carillon.webhook.vault.Vault;
import dev.carillon.webhook.verify.Verifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Event;
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
    private final Event<Ownership> owned;
    private final HttpSender sender;
    private final TargetGuard guard;
    private final Attempter attempter;
    private final Vault vault;
    private final KeyRing keyRing;
    private final Grants grants;
    private final Verifier verifier;
    private final PooledResolver resolver;
    private final Clock clock = Clock.systemUTC();
    private volatile @Nullable Running running;
    private volatile boolean isStopped;

    Dispatcher(
            WebhookConfig config,
            TopicsConfig topics,
            TopicSetup setup,
            KafkaClients clients,
            MeterRegistry registry,
            Event<Ownership> owned,
            Vertx vertx) {
        this.config = config;
        this.topics = topics;
        this.setup = setup;
        this.clients = clients;
        this.registry = registry;
        this.owned = owned;
        var masterKeys = MasterKeys.parse(config.masterKeys().orElse(List.of()));
        this.vault = new Vault(masterKeys, config.insecure());
        this.keyRing = new KeyRing(vault);
        this.grants = new Grants(masterKeys);
        this.resolver = new PooledResolver(Resolver.system(), config.attemptDeadline());
        this.sender = new HttpSender(vertx, sending(config));
        this.guard = guard(config, resolver);
        this.attempter = new Attempter(guard, sender, keyRing, clock, config.attemptDeadline());
        this.verifier = new Verifier(attempter, grants, asking(config), clock);
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

    public Vault vault() {
        return vault;
    }

    public KeyRing keyRing() {
        return keyRing;
    }

    public Grants grants() {
        return grants;
    }

    public Verifier verifier() {
        return verifier;
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
        if (!vault.canSeal()) {
            LOG.error("no carillon.webhook.master-keys is set: nothing can be registered");
        } else if (!vault.seals()) {
            LOG.warn("no carillon.webhook.master-keys is set: secrets are written as they are");
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
        resolver.close();
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
        var parts = new Engine.Parts(
                clients, endpoints, store, attempter, clock, Chance.threadLocal(), registry, owned::fire);
        running = new Running(endpoints, store, Engine.start(settings(), parts));
        new Resealing(vault, endpoints, store).run();
    }

    private EngineSettings settings() {
        return new EngineSettings(
                config.instance().map(InstanceName::clean).orElseGet(() -> InstanceName.of(httpPort())),
                topics.webhookPartitions(),
                config.retryTiers(),
                new Schedule(config.schedule()),
                limits(config),
                new BreakerLimits(
                        config.breakerFailures(),
                        config.breakerFirstWait(),
                        config.breakerLongestWait(),
                        config.disableAfter()),
                config.queueBytes().asLongValue(),
                config.sessionTimeout(),
                config.commitInterval(),
                config.transactionTimeout(),
                config.revokePatience(),
                config.attemptDeadline(),
                config.ledgerMemory());
    }

    private static GateLimits limits(WebhookConfig config) {
        return new GateLimits(
                config.concurrency(),
                config.endpointConcurrency(),
                config.queue(),
                config.endpointQueue(),
                config.hostConcurrency(),
                config.inFlightBytes().asLongValue(),
                config.queueBytes().asLongValue() / 2);
    }

    private static SenderSettings sending(WebhookConfig config) {
        return new SenderSettings(
                Math.toIntExact(config.responseKept().asLongValue()),
                config.attemptDeadline(),
                config.proxy().map(Proxy::parse).orElse(null),
                config.trustedCertificates().orElse(null));
    }

    private static Verifier.Asking asking(WebhookConfig config) {
        return new Verifier.Asking(config.origin(), config.publicUrl().orElse(null), config.requestedRate());
    }

    private static TargetGuard guard(WebhookConfig config, Resolver resolver) {
        var allowed = config.allowedTargets().orElse(List.of()).stream()
                .map(Cidr::parse)
                .toList();
        return new TargetGuard(resolver, allowed, Set.copyOf(TargetGuard.ownAddresses()));
    }

    private static int httpPort() {
        return ConfigProvider.getConfig()
                .getOptionalValue("quarkus.http.port", Integer.class)
                .orElse(0);
    }
}
