package dev.carillon.webhook.ledger;

import java.util.Locale;

/// Something about a delivery that must not be.
///
/// @param last what the last attempt says, or empty
public record Discrepancy(Kind kind, Accepted delivery, String last) {

    /// What is wrong.
    public enum Kind {
        /// Nothing says what became of it, and it does not wait anywhere.
        LOST,
        /// It came to an end more than once.
        DECIDED_TWICE,
        /// It was left out as a repetition, and what it is said to repeat is not there.
        REPEATS_NOTHING;

        /// As in JSON.
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
