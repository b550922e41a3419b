package dev.carillon.connection.bound;

import dev.carillon.connection.ConnectionConfig;

/// How many bytes a client may leave unread.
public final class OutboxCapacity {

    /// An event may be twice as long when it travels as a JSON string, and another one may be on its way.
    private static final int EVENTS = 3;

    private OutboxCapacity() {}

    /// As configured, but whoever has yet to read the largest event there may be is not slow.
    public static long of(ConnectionConfig config) {
        return Math.max(
                config.outboxCapacity().asLongValue(),
                EVENTS * config.maxEventSize().asLongValue());
    }
}
