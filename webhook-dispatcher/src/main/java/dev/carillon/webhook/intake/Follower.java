package dev.carillon.webhook.intake;

import dev.carillon.contract.Endpoint;
import dev.carillon.webhook.attempt.Tried;
import dev.carillon.webhook.cursor.Mode;
import dev.carillon.webhook.decide.Outcome;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Does what follows from an attempt: for the delivery, and for its endpoint. Confined to the intake thread.
final class Follower {

    private final Function<String, @Nullable Endpoint> endpoints;
    private final Decisions decisions;
    private final Backlogs backlogs;
    private final Health health;
    private final Holding holding;
    private final Meters meters;
    private final RandomGenerator random;
    private final Consumer<Decision> decided;

    Follower(
            Function<String, @Nullable Endpoint> endpoints,
            Decisions decisions,
            Backlogs backlogs,
            Health health,
            Holding holding,
            Meters meters,
            RandomGenerator random,
            Consumer<Decision> decided) {
        this.endpoints = endpoints;
        this.decisions = decisions;
        this.backlogs = backlogs;
        this.health = health;
        this.holding = holding;
        this.meters = meters;
        this.random = random;
        this.decided = decided;
    }

    /// @param owned the partition of the task, which is still ours
    void follow(Tried tried, OwnedPartition owned, Instant now) {
        if (tried.answer().outcome() instanceof Outcome.Disabled) {
            backlogs.keepAny(tried.task(), owned, Mode.DISABLED, now);
            backlogs.shut(tried.task().delivery().endpoint(), owned, Mode.DISABLED, null, now);
            return;
        }
        decide(tried, owned, now);
        health.learn(tried, owned, now);
    }

    private void decide(Tried tried, OwnedPartition owned, Instant now) {
        var task = tried.task();
        var stays = stays(tried, now);
        if (stays != null) {
            meters.decided(task.delivery().lane(), Result.FAILED);
            backlogs.stays(tried, stays, owned, now);
            return;
        }
        var followed = decisions.tried(tried, random.nextDouble(), holding.hasRoom(), now);
        meters.decided(task.delivery().lane(), followed.result());
        decided.accept(followed.decision());
        var next = followed.next();
        if (next != null) {
            backlogs.retried(next, owned);
            holding.add(next);
        }
    }

    private Decisions.@Nullable Stays stays(Tried tried, Instant now) {
        var current = endpoints.apply(tried.task().delivery().endpoint());
        return current != null && Backlogs.isOrdered(current) && Backlogs.isFromLog(tried.task())
                ? decisions.ordered(tried, current, random.nextDouble(), now)
                : null;
    }
}
