package dev.carillon.connection.auth;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who a client is, by its connection token.
///
/// @param user empty for an anonymous one
/// @param expiresAt when the connection needs a fresh token; null for never
/// @param info JSON about the client that others may see; may be empty
/// @param subscriptions the channels that the server subscribes the client to
public record ConnectionClaims(
        String user, @Nullable Instant expiresAt, ByteString info, Map<Channel, ServerSubscription> subscriptions) {

    /// A client that brought no token, where that is allowed.
    public static final ConnectionClaims ANONYMOUS = new ConnectionClaims("", null, ByteString.EMPTY, Map.of());

    /// What a token says of one of its channels.
    ///
    /// @param info JSON about the client in this channel; may be empty
    /// @param data JSON for the client itself, sent with the subscription; may be empty
    public record ServerSubscription(ByteString info, ByteString data) {

        static final ServerSubscription PLAIN = new ServerSubscription(ByteString.EMPTY, ByteString.EMPTY);
    }

    public ConnectionClaims {
        subscriptions = Map.copyOf(subscriptions);
    }
}
