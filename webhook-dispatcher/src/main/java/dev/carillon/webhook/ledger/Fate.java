package dev.carillon.webhook.ledger;

import java.util.Locale;

/// What became of a delivery.
public enum Fate {
    /// The endpoint has it.
    DELIVERED,
    /// It was given up, and there is a dead letter.
    DEAD,
    /// Nobody wanted it any more.
    CANCELLED,
    /// Kafka deleted it before it was made.
    EXPIRED,
    /// It waits: for its first attempt, for the next one, or until its endpoint keeps up again.
    PENDING,
    /// Nothing says what became of it, and it does not wait anywhere.
    LOST,
    /// Fanout wrote the same delivery before, which counts.
    REPEATED;

    /// As in JSON.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
