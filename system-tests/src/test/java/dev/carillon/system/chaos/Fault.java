package dev.carillon.system.chaos;

/// One broken promise.
///
/// @param witness who saw it, or did not see it
/// @param key of the event, or empty when it is about no event
/// @param detail for people
record Fault(Kind kind, String witness, String channel, String key, String detail) {

    /// What was broken.
    enum Kind {
        /// Acknowledged, and not in the log.
        UNLOGGED,
        /// In the log, and not seen, without a word that it cannot be had.
        LOST,
        /// In the log, and not seen, with the word that it cannot be had (`recovered: false`): the log has all of a
        /// run, so it can.
        GIVEN_UP,
        /// Seen twice.
        DUPLICATED,
        /// Seen after something that comes after it.
        REORDERED,
        /// Told a position before one that it had been told already.
        BACKWARDS,
        /// Told with another offset than that of the event's first record in the log.
        MISPLACED,
        /// Seen, and never published.
        UNKNOWN
    }

    @Override
    public String toString() {
        return "%s %s %s %s: %s".formatted(kind, witness, channel, key, detail);
    }
}
