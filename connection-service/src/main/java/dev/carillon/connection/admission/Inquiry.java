package dev.carillon.connection.admission;

import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.contract.Channel;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Asks about the channels of one request, a few at a time, so that one request does not take the room of all
/// others. The first no ends it.
///
/// Answers come on any thread; the state is behind a lock, under which nobody is asked.
final class Inquiry {

    private static final int AT_ONCE = 4;

    private final Iterator<Channel> rest;
    private final Function<Channel, CompletionStage<Decision<SubscriptionClaims>>> ask;
    private final CompletableFuture<Decision<SubscriptionClaims>> done = new CompletableFuture<>();
    private SubscriptionClaims soonest = SubscriptionClaims.NONE;
    private int open;
    private boolean refused;

    private Inquiry(List<Channel> channels, Function<Channel, CompletionStage<Decision<SubscriptionClaims>>> ask) {
        this.rest = channels.iterator();
        this.ask = ask;
    }

    /// @param ask never fails
    /// @return completes on any thread with the first refusal, or with the claims that end the soonest
    static CompletionStage<Decision<SubscriptionClaims>> about(
            List<Channel> channels, Function<Channel, CompletionStage<Decision<SubscriptionClaims>>> ask) {
        if (channels.isEmpty()) {
            return CompletableFuture.completedFuture(new Decision.Granted<>(SubscriptionClaims.NONE));
        }
        var inquiry = new Inquiry(List.copyOf(channels), ask);
        inquiry.goOn();
        return inquiry.done;
    }

    private void goOn() {
        for (var channel = next(); channel != null; channel = next()) {
            var answer = ask.apply(channel).toCompletableFuture();
            if (answer.isDone()) {
                heard(answer.join());
            } else {
                var _ = answer.thenAccept(decision -> {
                    heard(decision);
                    goOn();
                });
            }
        }
    }

    private synchronized @Nullable Channel next() {
        if (refused || open == AT_ONCE || !rest.hasNext()) {
            return null;
        }
        open++;
        return rest.next();
    }

    private void heard(Decision<SubscriptionClaims> decision) {
        if (isLast(decision)) {
            done.complete(decision instanceof Decision.Granted ? new Decision.Granted<>(soonest()) : decision);
        }
    }

    /// Whether nothing is left to hear.
    private synchronized boolean isLast(Decision<SubscriptionClaims> decision) {
        open--;
        if (decision instanceof Decision.Granted<SubscriptionClaims>(var claims)) {
            if (isSooner(claims.expiresAt(), soonest.expiresAt())) {
                soonest = claims;
            }
            return !refused && open == 0 && !rest.hasNext();
        }
        refused = true;
        return true;
    }

    private synchronized SubscriptionClaims soonest() {
        return soonest;
    }

    /// Null is never.
    static boolean isSooner(@Nullable Instant one, @Nullable Instant other) {
        return one != null && (other == null || one.isBefore(other));
    }
}
