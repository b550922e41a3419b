package dev.carillon.connection.auth;

import com.google.protobuf.ByteString;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a client may do in one channel, by its subscription token.
///
/// @param expiresAt when the subscription needs a fresh token; null for never
/// @param info JSON about the client in this channel; may be empty
public record SubscriptionClaims(@Nullable Instant expiresAt, ByteString info) {}
