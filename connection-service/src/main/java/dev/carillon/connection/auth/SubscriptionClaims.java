package dev.carillon.connection.auth;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Overrides;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What holds for a client in one channel, by its subscription token or by what the application says.
///
/// @param expiresAt when the subscription needs a fresh token; null for never
/// @param info JSON about the client in this channel; may be empty
/// @param data JSON for the client itself, sent when it is subscribed; may be empty
/// @param byToken whether a token says so
public record SubscriptionClaims(
        @Nullable Instant expiresAt, ByteString info, ByteString data, Overrides overrides, boolean byToken) {

    /// Of a client that may subscribe by itself.
    public static final SubscriptionClaims NONE = new SubscriptionClaims(null, ByteString.EMPTY);

    public SubscriptionClaims(@Nullable Instant expiresAt, ByteString info) {
        this(expiresAt, info, ByteString.EMPTY, Overrides.NONE, false);
    }
}
