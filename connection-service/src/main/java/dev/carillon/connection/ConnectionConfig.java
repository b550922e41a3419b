package dev.carillon.connection;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an operator may set for connection-service.
@ConfigMapping(prefix = "carillon.connection")
public interface ConnectionConfig {

    /// Whether everybody may do everything without credentials. For local use only.
    @WithDefault("false")
    boolean insecure();

    /// The secret that signs the tokens of clients (JWT, HS256); at least 32 bytes. Without it no token is
    /// valid.
    Optional<String> tokenHmacSecret();

    /// What tokens must name as their audience (`aud`); not looked at when absent.
    Optional<String> tokenAudience();

    /// What tokens must name as their issuer (`iss`); not looked at when absent.
    Optional<String> tokenIssuer();

    /// The keys that open the HTTP API, separated by commas. Without any nobody may use it, unless `insecure`.
    Optional<List<String>> apiKey();

    /// The largest data of one event.
    @WithDefault("64K")
    MemorySize maxEventSize();

    /// How many events one batch may bring.
    @WithDefault("1000")
    @Min(1)
    @Max(10_000)
    int maxBatchEvents();

    /// Bytes of events that may wait for Kafka's acknowledgement; more is answered with 503.
    @WithDefault("16M")
    MemorySize publishInFlight();

    /// How long Kafka may take to acknowledge an event; then the publisher gets 503 and may repeat.
    @WithDefault("10s")
    Duration publishTimeout();

    /// How long a repeat with the same idempotency key gets the first answer.
    @WithDefault("5m")
    Duration idempotencyWindow();

    /// How many idempotency keys a node remembers; beyond it forgets the oldest, and fanout alone drops repeats.
    @WithDefault("50000")
    @Min(1)
    @Max(10_000_000)
    int idempotencyCapacity();

    /// The most events that one page of history holds, and the page of who asks for no limit is a tenth of it.
    @WithDefault("1000")
    @Min(10)
    @Max(10_000)
    int maxPage();

    /// The most channels of one client, stream or poll.
    @WithDefault("128")
    @Min(1)
    @Max(10_000)
    int maxChannels();

    /// Bytes that a client may leave unread before it is let go; it comes back and recovers from the log.
    @WithDefault("1M")
    MemorySize outboxCapacity();

    /// How often an idle plain SSE stream sends a comment, so that nobody between takes it for dead.
    @WithDefault("15s")
    Duration streamHeartbeat();

    /// How long an `EventSource` is told to wait before it comes back.
    @WithDefault("2s")
    Duration streamRetry();

    /// The longest that a long poll is held.
    @WithDefault("30s")
    Duration maxPollWait();
}
