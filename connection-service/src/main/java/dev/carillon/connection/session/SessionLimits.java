package dev.carillon.connection.session;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.OutboxCapacity;
import java.time.Duration;

/// The numbers that sessions go by; see [ConnectionConfig].
record SessionLimits(
        Duration ping,
        Duration pong,
        Duration connectTimeout,
        long outboxCapacity,
        int maxChannels,
        int maxRecovered,
        int maxPage,
        long maxEventSize,
        Duration reconnectSpread) {

    /// How many publishes and history requests of one client may be open.
    static final int MAX_OPEN_REQUESTS = 256;

    /// How many commands may wait for a subscription, or for the connection, to come about.
    static final int MAX_WAITING_COMMANDS = 1_000;

    /// How long after its token's expiry a client may still bring a new one.
    static final Duration EXPIRY_GRACE = Duration.ofSeconds(25);

    static SessionLimits of(ConnectionConfig config) {
        return new SessionLimits(
                config.ping(),
                config.pong(),
                config.connectTimeout(),
                OutboxCapacity.of(config),
                config.maxChannels(),
                config.maxRecovered(),
                config.maxPage(),
                config.maxEventSize().asLongValue(),
                config.reconnectSpread());
    }

    /// The most bytes of publications in one reply: more would not leave room for anything else.
    long maxReplyBytes() {
        return outboxCapacity / 2;
    }
}
