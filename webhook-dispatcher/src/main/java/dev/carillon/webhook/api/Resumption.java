package dev.carillon.webhook.api;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Verification;
import dev.carillon.kit.Partitions;
import dev.carillon.kit.TopicsConfig;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.intake.Dispatcher;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Asks endpoints for their consent that nobody may be asking any more: whoever becomes the owner of an endpoint
/// takes up what a crash may have interrupted. Once per owner, and not for ever: what nobody could verify in a day is
/// left to `:verify`.
///
/// Safe for use by many threads.
@Singleton
final class Resumption {

    /// Partitions move more than once when replicas come and go.
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration YOUNG = Duration.ofDays(1);

    private final Endpoints endpoints;
    private final Dispatcher dispatcher;
    private final int partitions;
    private final Clock clock = Clock.systemUTC();

    Resumption(Endpoints endpoints, Dispatcher dispatcher, TopicsConfig topics) {
        this.endpoints = endpoints;
        this.dispatcher = dispatcher;
        this.partitions = topics.webhookPartitions();
    }

    void owned(@Observes Ownership ownership) {
        CompletableFuture.delayedExecutor(SETTLING.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread)
                .execute(() -> resume(ownership));
    }

    private void resume(Ownership ownership) {
        var running = dispatcher.running();
        if (running == null || ownership.isLost()) {
            return;
        }
        var now = clock.instant();
        endpoints.resume(running.endpoints().all().stream()
                .filter(endpoint -> isUnfinished(endpoint, now))
                .filter(endpoint -> partition(endpoint) == ownership.partition()));
    }

    /// One that lapsed was verified once; when it got another URL, nobody knows.
    static boolean isUnfinished(Endpoint endpoint, Instant now) {
        return endpoint.settings().verification() != Verification.NONE
                && switch (endpoint.state().standing()) {
                    case VERIFIED -> false;
                    case UNVERIFIED -> endpoint.state().createdAt().plus(YOUNG).isAfter(now);
                    case LAPSED -> true;
                };
    }

    private int partition(Endpoint endpoint) {
        return Partitions.of(endpoint.id().getBytes(StandardCharsets.UTF_8), partitions);
    }
}
