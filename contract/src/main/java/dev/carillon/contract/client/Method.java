package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a [Command] asks for, with its parameters. Absent text is empty, absent numbers are 0, absent data has
/// no bytes.
///
/// No `toString` shows a token or a payload.
public sealed interface Method {
    /// Opens the session; always the first command.
    ///
    /// @param token says who the client is; empty when something else does
    /// @param data for the application
    /// @param subs positions of server-side subscriptions to recover, by channel
    /// @param name the client library
    /// @param version the application's version
    /// @param headers what a browser cannot send as HTTP headers
    /// @param flag bits that ask for optional behaviour
    /// @param profile names a compression profile
    /// @param dict names a compression dictionary that the client has
    record Connect(
            String token,
            ByteString data,
            Map<String, Subscribe> subs,
            String name,
            String version,
            Map<String, String> headers,
            long flag,
            String profile,
            String dict)
            implements Method {
        /// A connect without parameters.
        public static final Connect EMPTY = new Connect("", ByteString.EMPTY, Map.of(), "", "", Map.of(), 0, "", "");

        public Connect {
            subs = OrderedMap.copyOf(subs);
            headers = OrderedMap.copyOf(headers);
        }

        /// The same with this token.
        public Connect withToken(String changed) {
            return new Connect(changed, data, subs, name, version, headers, flag, profile, dict);
        }

        /// The same, recovering these server-side subscriptions.
        public Connect withSubs(Map<String, Subscribe> changed) {
            return new Connect(token, data, changed, name, version, headers, flag, profile, dict);
        }

        @Override
        public String toString() {
            return "Connect[name=%s, version=%s, subs=%s]".formatted(name, version, subs.keySet());
        }
    }

    /// Subscribes to a channel.
    ///
    /// @param channel what to subscribe to; empty inside [Connect#subs()], where the key names it
    /// @param token allows it, where the channel needs a token
    /// @param recover whether to continue after `since`
    /// @param since the last position seen
    /// @param data for the application
    /// @param positioned whether the client asks for gap detection
    /// @param recoverable whether the client asks to be able to recover later
    /// @param joinLeave whether the client asks for joins and leaves
    /// @param delta the kind of patches it understands (`fossil`), or empty
    /// @param filter which publications it wants, by tags; all when absent
    /// @param flag bits, see [#REJECT_UNRECOVERED]
    /// @param type 0 for a stream; others are kinds of subscription that a server may not offer
    record Subscribe(
            String channel,
            String token,
            boolean recover,
            StreamPosition since,
            ByteString data,
            boolean positioned,
            boolean recoverable,
            boolean joinLeave,
            String delta,
            @Nullable FilterNode filter,
            long flag,
            int type)
            implements Method {
        /// Flag: the server may push by a number instead of by the channel's name.
        public static final long CHANNEL_COMPACTION = 1;

        /// Flag: refuse with [ErrorCode#UNRECOVERABLE_POSITION] instead of answering `recovered: false`.
        public static final long REJECT_UNRECOVERED = 2;

        /// A plain subscription.
        public static Subscribe to(String channel) {
            return new Subscribe(
                    channel, "", false, StreamPosition.NONE, ByteString.EMPTY, false, false, false, "", null, 0, 0);
        }

        /// The same with this token.
        public Subscribe withToken(String changed) {
            return new Subscribe(
                    channel,
                    changed,
                    recover,
                    since,
                    data,
                    positioned,
                    recoverable,
                    joinLeave,
                    delta,
                    filter,
                    flag,
                    type);
        }

        /// The same for this channel.
        public Subscribe withChannel(String changed) {
            return new Subscribe(
                    changed,
                    token,
                    recover,
                    since,
                    data,
                    positioned,
                    recoverable,
                    joinLeave,
                    delta,
                    filter,
                    flag,
                    type);
        }

        /// The same, continuing after a position.
        public Subscribe recovering(StreamPosition position) {
            return new Subscribe(
                    channel,
                    token,
                    true,
                    position,
                    data,
                    positioned,
                    recoverable,
                    joinLeave,
                    delta,
                    filter,
                    flag,
                    type);
        }

        @Override
        public String toString() {
            return "Subscribe[channel=%s, recover=%s, since=%s]".formatted(channel, recover, since);
        }
    }

    /// Ends the subscription to a channel.
    record Unsubscribe(String channel) implements Method {}

    /// Publishes to a channel.
    ///
    /// @param channel where to
    /// @param data what; JSON from clients that speak JSON
    /// @param type 0 for a stream; others are kinds of publication that a server may not offer
    record Publish(String channel, ByteString data, int type) implements Method {
        @Override
        public String toString() {
            return "Publish[channel=%s, %d bytes]".formatted(channel, data.size());
        }
    }

    /// Asks who is in a channel.
    record Presence(String channel) implements Method {}

    /// Asks how many are in a channel.
    record PresenceStats(String channel) implements Method {}

    /// Asks for what was published in a channel.
    ///
    /// @param channel which
    /// @param limit how many publications at most: 0 for only the position, -1 for no limit
    /// @param since continue after this position; from an end of the history when absent
    /// @param reverse newest first
    record History(String channel, int limit, @Nullable StreamPosition since, boolean reverse) implements Method {}

    /// The protocol knows it, servers refuse it: liveness is the server's ping and the client's [Pong].
    record Ping() implements Method {}

    /// A message for the application that is not answered.
    record Send(ByteString data) implements Method {
        @Override
        public String toString() {
            return "Send[%d bytes]".formatted(data.size());
        }
    }

    /// A call of the application.
    record Rpc(String method, ByteString data) implements Method {
        @Override
        public String toString() {
            return "Rpc[method=%s, %d bytes]".formatted(method, data.size());
        }
    }

    /// Brings a new connection token.
    record Refresh(String token) implements Method {
        @Override
        public String toString() {
            return "Refresh[]";
        }
    }

    /// Brings a new subscription token.
    ///
    /// @param channel of which subscription
    /// @param token the new one
    /// @param type 0 for a stream; others are kinds of refresh that a server may not offer
    record SubRefresh(String channel, String token, int type) implements Method {
        @Override
        public String toString() {
            return "SubRefresh[channel=%s]".formatted(channel);
        }
    }

    /// The answer to the server's ping: the empty command.
    record Pong() implements Method {}
}
