package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What every node has to do, and to tell the one that asked: a record of [Topics#NODE_COMMAND].
///
/// @param id names the command in the answers; see [InboxMessage.Answered]
/// @param from the node that asked; answers go to its inbox
public record NodeCommand(String id, String from, Action action) {

    /// What is to be done.
    public sealed interface Action {}

    /// Close connections.
    ///
    /// @param code what clients are told, as in [dev.carillon.contract.client.CloseCode]
    public record Disconnect(Target target, int code, String reason) implements Action {}

    /// Subscribe clients to a channel from our side.
    ///
    /// @param info JSON about the clients in this channel, may be empty
    /// @param data JSON that the clients are told with it, may be empty
    /// @param overrides what holds for them in place of the namespace's options
    public record Subscribe(Target target, Channel channel, ByteString info, ByteString data, Overrides overrides)
            implements Action {}

    /// End the subscriptions of clients to a channel.
    public record Unsubscribe(Target target, Channel channel) implements Action {}

    /// Change when connections expire, and what others see of the clients.
    ///
    /// @param expired close them now
    /// @param expireAt when they expire otherwise, or null for never
    /// @param info JSON about the clients from then on, empty for what it is
    public record Refresh(
            Target target, boolean expired, @Nullable Instant expireAt, ByteString info) implements Action {}

    /// Tell which channels have subscribers, and how many.
    ///
    /// @param pattern a glob (`*` any characters, `?` one); empty for all
    public record Channels(String pattern) implements Action {}

    /// Tell about the connections of a user.
    public record Connections(String user) implements Action {}

    /// Tell about the node itself.
    public record Info() implements Action {}

    /// Have clients of one node go to others, evenly over a time.
    ///
    /// @param node whose clients
    /// @param share the part of them, above 0 up to 1
    /// @param accepting whether the node goes on taking new ones
    public record Release(String node, double share, Duration period, boolean accepting) implements Action {
        public Release {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share is not between 0 and 1");
            }
            if (period.isNegative()) {
                throw new IllegalArgumentException("period is negative");
            }
        }
    }

    /// Which connections are meant: those to which everything applies that is not empty.
    ///
    /// @param user whose connections
    /// @param client the id of one connection, as its client knows it
    /// @param session the secret id of one session
    /// @param except ids of connections that are not meant
    public record Target(String user, String client, String session, Set<String> except) {
        public Target {
            except = Set.copyOf(except);
            if (user.isEmpty() && client.isEmpty() && session.isEmpty()) {
                throw new IllegalArgumentException("target names neither user, client nor session");
            }
        }

        /// All connections of a user.
        public static Target user(String user) {
            return new Target(user, "", "", Set.of());
        }
    }
}
