package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a server tells a client without being asked.
///
/// @param id stands for the channel where the subscription negotiated a number; 0 otherwise
/// @param channel the channel; empty when it is about the whole connection, or when `id` stands for it
/// @param body what happened
public record Push(long id, String channel, Body body) implements Reply {
    /// Something happened in a channel.
    public static Push to(String channel, Body body) {
        return new Push(0, channel, body);
    }

    /// Something happened to the connection.
    public static Push of(Body body) {
        return new Push(0, "", body);
    }

    /// What happened.
    public sealed interface Body {}

    /// Something was published.
    public record Pub(Publication publication) implements Body {}

    /// A client came into the channel.
    public record Join(@Nullable ClientInfo info) implements Body {}

    /// A client left the channel.
    public record Leave(@Nullable ClientInfo info) implements Body {}

    /// The server ended the client's subscription.
    ///
    /// @param code see [UnsubscribeCode]
    /// @param reason a few words for people
    public record Unsubscribe(int code, String reason) implements Body {
        public Unsubscribe {
            Limits.requireNatural(code, "code");
        }
    }

    /// A message of the application, outside of any channel.
    public record Message(ByteString data) implements Body {
        @Override
        public String toString() {
            return "Message[%d bytes]".formatted(data.size());
        }
    }

    /// The server subscribed the client.
    ///
    /// @param recoverable whether the client may recover later
    /// @param positioned whether the server watches for gaps
    /// @param position where the channel is now
    /// @param data from the application
    public record Subscribe(boolean recoverable, boolean positioned, StreamPosition position, ByteString data)
            implements Body {}

    /// The session is open, on transports where the client sends no commands. The components are those of
    /// [Result.Connect].
    public record Connect(
            String client,
            String version,
            Expiry expiry,
            ByteString data,
            Map<String, Result.Subscribe> subs,
            long ping,
            boolean pong,
            String session,
            String node,
            long time)
            implements Body {
        public Connect {
            Limits.requireUint32(ping, "ping");
            subs = OrderedMap.copyOf(subs);
        }

        @Override
        public String toString() {
            return "Connect[client=%s, node=%s, subs=%s]".formatted(client, node, subs.keySet());
        }
    }

    /// The connection ends, on transports without close frames.
    ///
    /// @param code see [CloseCode]
    /// @param reason a few words for people
    /// @param reconnect whether the client may come back
    public record Disconnect(int code, String reason, boolean reconnect) implements Body {
        public Disconnect {
            Limits.requireNatural(code, "code");
        }
    }

    /// The connection's expiry changed.
    public record Refresh(Expiry expiry) implements Body {}
}
