package dev.carillon.webhook.delivery;

import java.util.Locale;

/// Why a delivery was given up.
public enum DeadReason {
    /// All attempts of the schedule failed.
    EXHAUSTED,
    /// The endpoint answered 410, which also disables it.
    GONE,
    /// The endpoint answered with a status that it declared to be final.
    REFUSED,
    /// The record is no delivery.
    UNREADABLE,
    /// Kafka does not take it again, so there was no place to retry from.
    TOO_LARGE;

    private final String text = name().toLowerCase(Locale.ROOT);

    /// As in headers and JSON.
    public String text() {
        return text;
    }
}
