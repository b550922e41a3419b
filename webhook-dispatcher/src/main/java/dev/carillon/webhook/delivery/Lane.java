package dev.carillon.webhook.delivery;

import java.util.Locale;

/// How a delivery came about; earlier ones go first.
public enum Lane {
    /// From fanout, never put off.
    FRESH,
    /// Attempted or put off before.
    RETRY,
    /// Asked for by an operator.
    REPLAY;

    private final String text = name().toLowerCase(Locale.ROOT);

    /// As in headers, JSON and meters.
    public String text() {
        return text;
    }

    static Lane parse(String text) {
        for (var lane : values()) {
            if (lane.text.equals(text)) {
                return lane;
            }
        }
        throw new IllegalArgumentException("lane is unknown");
    }
}
