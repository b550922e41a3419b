package dev.carillon.webhook.intake;

import org.jspecify.annotations.Nullable;

/// The metadata of committed offsets: from where in the ledger to read back. Text form: `ledger:1234`.
final class LedgerPlace {

    private static final String PREFIX = "ledger:";

    private LedgerPlace() {}

    static String text(long place) {
        return PREFIX + place;
    }

    /// The place, or null when the text is somebody else's.
    static @Nullable Long parse(@Nullable String text) {
        if (text == null || !text.startsWith(PREFIX)) {
            return null;
        }
        try {
            return Long.parseLong(text.substring(PREFIX.length()));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
