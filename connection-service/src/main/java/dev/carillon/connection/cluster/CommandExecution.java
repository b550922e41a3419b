package dev.carillon.connection.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.node.Connections;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.Sessions;
import dev.carillon.contract.Channel;
import dev.carillon.contract.NodeCommand;
import dev.carillon.contract.NodeCommand.Target;
import dev.carillon.contract.client.CloseCode;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/// Carries out commands on this node, and says what came of it.
///
/// Safe for use by many threads; never blocks.
@Singleton
final class CommandExecution {

    private static final JsonMapper JSON = new JsonMapper();

    /// How many channels or connections an answer names at most; one record holds them all.
    private static final int MAX_NAMED = 5_000;

    private final Sessions sessions;
    private final Feed feed;
    private final Connections connections;
    private final NodeIdentity identity;

    CommandExecution(Sessions sessions, Feed feed, Connections connections, NodeIdentity identity) {
        this.sessions = sessions;
        this.feed = feed;
        this.connections = connections;
        this.identity = identity;
    }

    CompletionStage<ObjectNode> carryOut(NodeCommand.Action action) {
        return switch (action) {
            case NodeCommand.Disconnect disconnect -> touch(disconnect.target(), session -> close(session, disconnect));
            case NodeCommand.Subscribe(var target, var channel, var info, var data, var overrides) -> {
                var options = new ServerSubscription(info, data, overrides);
                yield touch(target, session -> session.subscribe(channel, options));
            }
            case NodeCommand.Unsubscribe(var target, var channel) ->
                touch(target, session -> session.unsubscribe(channel));
            case NodeCommand.Refresh refresh -> touch(refresh.target(), session -> refresh(session, refresh));
            case NodeCommand.Channels(var pattern) -> channels(Glob.of(pattern));
            case NodeCommand.Connections(var user) -> connectionsOf(user);
            case NodeCommand.Info() -> info();
            case NodeCommand.Release release -> CompletableFuture.completedStage(release(release));
        };
    }

    private CompletionStage<ObjectNode> touch(Target target, Predicate<Session> action) {
        return sessions.ask(session -> meant(target, session) && action.test(session) ? session : null)
                .thenApply(touched -> JSON.createObjectNode().put("touched", touched.size()));
    }

    private static boolean meant(Target target, Session session) {
        return (target.user().isEmpty() || target.user().equals(session.user()))
                && (target.client().isEmpty() || target.client().equals(session.client()))
                && (target.session().isEmpty() || session.isKnownAs(target.session()))
                && !target.except().contains(session.client());
    }

    private static boolean close(Session session, NodeCommand.Disconnect disconnect) {
        session.close(disconnect.code(), disconnect.reason());
        return true;
    }

    private static boolean refresh(Session session, NodeCommand.Refresh refresh) {
        if (refresh.expired()) {
            session.close(CloseCode.CONNECTION_EXPIRED);
        } else {
            session.refresh(refresh.expireAt(), refresh.info());
        }
        return true;
    }

    private CompletionStage<ObjectNode> channels(Predicate<String> wanted) {
        return feed.audiences(channel -> wanted.test(channel.name())).thenApply(found -> {
            var answer = JSON.createObjectNode().put("complete", found.size() <= MAX_NAMED);
            var channels = answer.putObject("channels");
            found.entrySet().stream()
                    .limit(MAX_NAMED)
                    .forEach(one -> channels.put(one.getKey().name(), one.getValue()));
            return answer;
        });
    }

    private CompletionStage<ObjectNode> connectionsOf(String user) {
        return sessions.ask(session -> session.user().equals(user) ? describe(session) : null)
                .thenApply(found -> {
                    var answer = JSON.createObjectNode().put("complete", found.size() <= MAX_NAMED);
                    var items = answer.putArray("connections");
                    found.stream().limit(MAX_NAMED).forEach(items::add);
                    return answer;
                });
    }

    private ObjectNode describe(Session session) {
        var one = JSON.createObjectNode()
                .put("client", session.client())
                .put("user", session.user())
                .put("node", identity.name());
        var channels = one.putArray("channels");
        session.channels().stream().map(Channel::name).sorted().forEach(channels::add);
        return one;
    }

    /// One session's share in the sums.
    private record Share(String user, int channels) {}

    private CompletionStage<ObjectNode> info() {
        var load = Load.now();
        var asked = sessions.ask(
                session -> new Share(session.user(), session.channels().size()));
        return asked.thenCombine(feed.audiences(_ -> true), (shares, channels) -> {
            var users = new HashSet<String>();
            shares.stream().map(Share::user).filter(Objects::nonNull).forEach(users::add);
            var now = Clock.systemUTC().instant();
            var answer = JSON.createObjectNode()
                    .put("node", identity.name())
                    .put("startedAt", identity.startedAt().toString())
                    .put("uptimeSeconds", uptime(now))
                    .put("accepting", sessions.isAccepting())
                    .put("connections", connections.count())
                    .put("users", users.size())
                    .put(
                            "subscriptions",
                            shares.stream().mapToInt(Share::channels).sum())
                    .put("channels", channels.size());
            answer.putObject("process").put("cpu", load.cpu()).put("rss", load.rss());
            return answer;
        });
    }

    private long uptime(Instant now) {
        return Duration.between(identity.startedAt(), now).toSeconds();
    }

    /// Begins; the clients leave by and by.
    private ObjectNode release(NodeCommand.Release release) {
        var answer = JSON.createObjectNode();
        if (!release.node().equals(identity.name())) {
            return answer.put("touched", 0);
        }
        int leaving = (int) Math.ceil(sessions.clients() * release.share());
        sessions.accept(release.accepting());
        if (release.share() > 0) {
            var _ = sessions.release(release.share(), release.period(), CloseCode.FORCE_RECONNECT);
        }
        return answer.put("touched", leaving);
    }
}
