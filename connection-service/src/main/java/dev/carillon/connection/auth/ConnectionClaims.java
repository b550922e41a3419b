package dev.carillon.connection.auth;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Overrides;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who a client is, by its connection token or by what the application says.
///
/// @param user empty for an anonymous one
/// @param expiresAt when the connection needs to be refreshed; null for never
/// @param info JSON about the client that others may see; may be empty
/// @param subscriptions the channels that the server subscribes the client to
/// @param meta JSON about the client for the application alone; may be empty
/// @param data JSON for the client itself, sent when it is connected; may be empty
/// @param capabilities what it may do, whatever namespaces say
public record ConnectionClaims(
        String user,
        @Nullable Instant expiresAt,
        ByteString info,
        Map<Channel, ServerSubscription> subscriptions,
        ByteString meta,
        ByteString data,
        List<Capability> capabilities) {

    /// A client that brought no token, where that is allowed.
    public static final ConnectionClaims ANONYMOUS = new ConnectionClaims("", null, ByteString.EMPTY, Map.of());

    /// What is said of one of its channels.
    ///
    /// @param info JSON about the client in this channel; may be empty
    /// @param data JSON for the client itself, sent with the subscription; may be empty
    public record ServerSubscription(ByteString info, ByteString data, Overrides overrides) {

        static final ServerSubscription PLAIN = new ServerSubscription(ByteString.EMPTY, ByteString.EMPTY);

        public ServerSubscription(ByteString info, ByteString data) {
            this(info, data, Overrides.NONE);
        }
    }

    public ConnectionClaims {
        subscriptions = Map.copyOf(subscriptions);
        capabilities = List.copyOf(capabilities);
    }

    public ConnectionClaims(
            String user, @Nullable Instant expiresAt, ByteString info, Map<Channel, ServerSubscription> subscriptions) {
        this(user, expiresAt, info, subscriptions, ByteString.EMPTY, ByteString.EMPTY, List.of());
    }

    /// The same, refreshed.
    ///
    /// @param changed about the client, empty for no change
    public ConnectionClaims refreshed(@Nullable Instant until, ByteString changed) {
        return new ConnectionClaims(
                user, until, changed.isEmpty() ? info : changed, subscriptions, meta, data, capabilities);
    }

    /// Whether a capability lets it.
    public boolean allows(Permissions.Action action, Channel channel) {
        for (var capability : capabilities) {
            if (capability.allows(action, channel)) {
                return true;
            }
        }
        return false;
    }
}
