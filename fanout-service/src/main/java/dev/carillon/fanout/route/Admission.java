package dev.carillon.fanout.route;

import dev.carillon.contract.LogEntry;

/// What a record of the log turned out to be.
public sealed interface Admission {

    /// An event; the channel has nothing between `previous` and it.
    ///
    /// @param kept false when it is for those alone who listen now
    record Fresh(ChannelMemory channel, long previous, LogEntry entry, boolean kept) implements Admission {}

    /// The order to forget the channel's past, at `offset`; the channel has nothing between `previous` and it.
    record Removed(ChannelMemory channel, long previous, long offset) implements Admission {}

    /// An event that was there already, by its idempotency key.
    record Repeat() implements Admission {}

    /// Nothing that can be routed.
    ///
    /// @param reason for people
    record Unreadable(String reason) implements Admission {}
}
