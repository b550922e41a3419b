package dev.carillon.webhook.cursor;

import java.util.Locale;

/// Why an endpoint has a cursor.
public enum Mode {
    /// It catches up, or nobody needs to know.
    CATCHING_UP,
    /// More came than it may queue.
    OVERFLOW,
    /// It fails: its breaker is open.
    BREAKER,
    /// It asked to be left alone for a while.
    PAUSED,
    /// It is disabled, or has to be verified again.
    DISABLED,
    /// It is ordered, and the first delivery failed.
    ORDERED;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /// As in JSON.
    public String text() {
        return text;
    }

    static Mode parse(String text) {
        for (var mode : values()) {
            if (mode.text.equals(text)) {
                return mode;
            }
        }
        return CATCHING_UP;
    }
}
