package dev.carillon.webhook.decide;

import dev.carillon.webhook.delivery.DeadReason;
import java.time.Duration;

/// What follows from an outcome.
public sealed interface Verdict {

    /// Delivered: nothing is left to do.
    record Done() implements Verdict {}

    /// Another attempt, not before `delay` has passed.
    record Again(Duration delay) implements Verdict {}

    /// No more attempts: a dead letter.
    ///
    /// @param disable whether the endpoint is disabled too
    record GiveUp(DeadReason reason, boolean disable) implements Verdict {}

    /// Nobody wants it any more.
    record Cancel() implements Verdict {}
}
