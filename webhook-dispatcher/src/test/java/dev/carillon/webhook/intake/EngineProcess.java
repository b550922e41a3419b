package dev.carillon.webhook.intake;

import static org.awaitility.Awaitility.await;

import dev.carillon.kit.KafkaClients;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.webhook.attempt.Attempter;
import dev.carillon.webhook.attempt.HttpSender;
import dev.carillon.webhook.attempt.SenderSettings;
import dev.carillon.webhook.decide.Schedule;
import dev.carillon.webhook.endpoint.EndpointStore;
import dev.carillon.webhook.endpoint.EndpointTable;
import dev.carillon.webhook.gate.BreakerLimits;
import dev.carillon.webhook.gate.GateLimits;
import dev.carillon.webhook.target.Cidr;
import dev.carillon.webhook.target.Resolver;
import dev.carillon.webhook.target.TargetGuard;
import dev.carillon.webhook.vault.KeyRing;
import dev.carillon.webhook.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A dispatcher without Quarkus around it: in the test's JVM, or in one of its own that a test can kill.
record EngineProcess(Engine engine, EndpointTable endpoints, EndpointStore store, HttpSender sender, Vertx vertx)
        implements AutoCloseable {

    static final int PARTITIONS = 3;
    static final List<Duration> TIERS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final Duration READY = Duration.ofSeconds(60);

    /// Runs until it is killed: `BOOTSTRAP INSTANCE [ENDPOINT_QUEUE]`.
    public static void main(String[] arguments) throws InterruptedException {
        var limits = new GateLimits(256, 16, 20_000, arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1000);
        var schedule = Collections.nCopies(20, Duration.ofSeconds(1));
        try (var process = start(arguments[0], settings(arguments[1], schedule, limits))) {
            System.out.println("started " + process.engine().pending());
            new CountDownLatch(1).await();
        }
    }

    static EngineProcess start(InVmKafka kafka, String instance, Duration... schedule) {
        return start(kafka.bootstrapServers(), settings(instance, List.of(schedule)));
    }

    static EngineProcess start(String bootstrap, EngineSettings settings) {
        var clients = KafkaClients.of(Map.of("bootstrap.servers", bootstrap));
        var endpoints = EndpointTable.follow(clients);
        endpoints.caughtUp().orTimeout(30, TimeUnit.SECONDS).join();
        var store = EndpointStore.open(clients, endpoints, Duration.ofSeconds(10));
        var vertx = Vertx.vertx();
        var sender = new HttpSender(vertx, SenderSettings.of(1024, settings.attemptDeadline()));
        var guard = new TargetGuard(Resolver.system(), List.of(Cidr.parse("127.0.0.0/8")), Set.of());
        var attempter =
                new Attempter(guard, sender, new KeyRing(Vault.plain()), Clock.systemUTC(), settings.attemptDeadline());
        var parts = new Engine.Parts(
                clients,
                endpoints,
                store,
                attempter,
                Clock.systemUTC(),
                RandomGenerator.getDefault(),
                new SimpleMeterRegistry(),
                _ -> {});
        return new EngineProcess(Engine.start(settings, parts), endpoints, store, sender, vertx);
    }

    static EngineSettings settings(String instance, List<Duration> schedule) {
        return settings(instance, schedule, new GateLimits(256, 16, 20_000, 1000));
    }

    static EngineSettings settings(String instance, List<Duration> schedule, GateLimits limits) {
        var breaker = new BreakerLimits(10, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofDays(5));
        return settings(instance, schedule, limits, breaker);
    }

    static EngineSettings settings(String instance, List<Duration> schedule, GateLimits limits, BreakerLimits breaker) {
        return new EngineSettings(
                instance,
                PARTITIONS,
                TIERS,
                new Schedule(schedule),
                limits,
                breaker,
                64 << 20,
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                1000);
    }

    /// Waits until it dispatches.
    void awaitReady() {
        await().atMost(READY).until(() -> engine.pending().isEmpty());
    }

    @Override
    public void close() {
        engine.close();
        endpoints.close();
        store.close();
        sender.close();
        vertx.close();
    }
}
