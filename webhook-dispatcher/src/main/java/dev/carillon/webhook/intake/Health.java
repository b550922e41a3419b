package dev.carillon.webhook.intake;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.TelemetryNames;
import dev.carillon.kit.LogScope;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.cursor.Mode;
import dev.carillon.webhook.decide.Decider;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.gate.Breaker;
import dev.carillon.webhook.gate.BreakerLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Learns from attempts how endpoints are doing: shuts those that fail or ask for a pause, disables those that
/// did nothing but fail for days. Confined to the intake thread.
final class Health {

    private static final Logger LOG = Logger.getLogger(Health.class);

    /// Until what was found out about an endpoint is followed up, and the table of endpoints shows it here.
    private static final Duration SEEN_AFTER = Duration.ofSeconds(3);

    private final BreakerLimits limits;
    private final Function<String, @Nullable Endpoint> endpoints;
    private final Backlogs backlogs;
    private final Decisions decisions;
    private final RandomGenerator random;
    private final Consumer<Decision> decided;

    Health(
            BreakerLimits limits,
            Function<String, @Nullable Endpoint> endpoints,
            Backlogs backlogs,
            Decisions decisions,
            RandomGenerator random,
            Consumer<Decision> decided) {
        this.limits = limits;
        this.endpoints = endpoints;
        this.backlogs = backlogs;
        this.decisions = decisions;
        this.random = random;
        this.decided = decided;
    }

    /// @param owned the partition of the task
    void learn(Tried tried, OwnedPartition owned, Instant now) {
        var id = tried.task().delivery().endpoint();
        switch (tried.answer().outcome()) {
            case Outcome.Accepted _ -> succeeded(id, owned, now);
            case Outcome.Refused(int status, var wait) -> {
                if (!isAboutTheDelivery(tried.endpoint(), status)) {
                    failed(tried, owned, now);
                }
                var pause = pause(status, wait, tried.answer().at());
                if (pause != null && pause.isAfter(now)) {
                    backlogs.shut(id, owned, Mode.PAUSED, pause, now);
                }
            }
            case Outcome.Unreachable _ -> failed(tried, owned, now);
            case Outcome.Deleted _ -> forget(id, owned);
            case Outcome.Disabled _, Outcome.Unverified _, Outcome.Withdrawn _ -> {}
        }
    }

    /// What is left of a deleted endpoint is worked off without pauses.
    private static void forget(String id, OwnedPartition owned) {
        owned.breakers().remove(id);
        var cursor = owned.cursors().find(id);
        if (cursor != null) {
            cursor.failsSince(null);
        }
    }

    private void succeeded(String id, OwnedPartition owned, Instant now) {
        var breaker = owned.breakers().get(id);
        var cursor = owned.cursors().find(id);
        if (cursor != null) {
            cursor.failsSince(null);
        }
        if (breaker != null) {
            breaker.succeeded(now);
        }
    }

    private void failed(Tried tried, OwnedPartition owned, Instant now) {
        var id = tried.task().delivery().endpoint();
        var cursor = owned.cursors().find(id);
        var breaker = owned.breakers()
                .computeIfAbsent(id, _ -> new Breaker(limits, cursor == null ? null : cursor.failingSince()));
        var endpoint = endpoints.apply(id);
        boolean wasClosed = breaker.state() == Breaker.State.CLOSED;
        if (breaker.failed(tried.answer().at(), now, random.nextDouble())) {
            backlogs.shut(id, owned, Mode.BREAKER, null, now);
            if (wasClosed && endpoint != null) {
                decided.accept(decisions.failing(tried.task(), endpoint, now));
            }
        }
        if (breaker.isHopeless(now) && endpoint != null && endpoint.state().enabled()) {
            try (var _ = LogScope.of(TelemetryNames.ENDPOINT_ID, id)) {
                LOG.warn("endpoint did nothing but fail for too long and is disabled");
            }
            decided.accept(decisions.disabled(tried.task(), endpoint, "failing", now));
            backlogs.shut(id, owned, Mode.DISABLED, now.plus(SEEN_AFTER), now);
        }
    }

    /// Until when an answer asks to be left alone, or null.
    static @Nullable Instant pause(int status, @Nullable Duration wait, Instant at) {
        if (wait == null || !Decider.mayAskForPause(status)) {
            return null;
        }
        return at.plus(wait.compareTo(Decider.MAX_RETRY_AFTER) > 0 ? Decider.MAX_RETRY_AFTER : wait);
    }

    private static boolean isAboutTheDelivery(@Nullable Endpoint endpoint, int status) {
        return endpoint != null && endpoint.settings().giveUpOn().contains(status);
    }
}
