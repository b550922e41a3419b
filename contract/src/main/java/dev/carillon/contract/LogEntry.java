package dev.carillon.contract;

/// An event at its place in the log.
///
/// @param offset the position's offset: the Kafka offset plus one, so at least 1
public record LogEntry(long offset, Event event) {

    /// @throws IllegalArgumentException when `offset` is below 1
    public LogEntry {
        if (offset < 1) {
            throw new IllegalArgumentException("offset is below 1");
        }
    }
}
