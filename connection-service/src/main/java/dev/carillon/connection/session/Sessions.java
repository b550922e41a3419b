package dev.carillon.connection.session;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.EventLoops;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.auth.TokenException;
import dev.carillon.connection.auth.Tokens;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.feed.Histories;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.node.Connections;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.connection.node.Switchboard;
import dev.carillon.connection.publish.EventLog;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtocolCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Opens sessions, on whatever event loop a connection came to.
///
/// Safe for use by many event loops: each has its own [SessionLoop].
@Singleton
public final class Sessions {

    private static final int GOODBYE_SECONDS = 5;

    private final Surroundings surroundings;
    private final SessionLimits limits;
    private final Connections connections;
    private final Switchboard switchboard;
    private final NodeIdentity node;
    private final EventLoops loops;
    private final Map<EventLoops.Loop, SessionLoop> sessions = new ConcurrentHashMap<>();
    private volatile boolean leaving;

    Sessions(
            Feed feed,
            Histories histories,
            EventLog log,
            Tokens tokens,
            Namespaces namespaces,
            Connections connections,
            Switchboard switchboard,
            NodeIdentity node,
            ConnectionConfig config,
            EventLoops loops,
            MeterRegistry meters) {
        this.surroundings = new Node(feed, histories, log, tokens, namespaces, config.insecure());
        this.limits = SessionLimits.of(config);
        this.connections = connections;
        this.switchboard = switchboard;
        this.node = node;
        this.loops = loops;
        meters.gauge("carillon.connections", connections, Connections::count);
    }

    /// Opens a session; call it on the connection's event loop, which the session stays on.
    public Session open(ProtocolCodec codec, Wire wire, Wire.Pings pings) {
        return open(codec, wire, pings, () -> {});
    }

    /// Opens a session whose wire carries nothing but replies: its client sends commands by requests of their
    /// own, to any node. Call it on the connection's event loop, which the session stays on.
    public Session openReachable(ProtocolCodec codec, Wire wire) {
        var secret = switchboard.newSecret();
        var session = open(codec, wire, Wire.Pings.PROTOCOL, () -> switchboard.disconnect(secret));
        if (!session.isClosed()) {
            var loop = loop().executor();
            session.reachable(secret, node.name());
            switchboard.connect(secret, frame -> loop.execute(() -> session.receive(frame)));
        }
        return session;
    }

    /// Opens a session for a client that only listens. Call it on the connection's event loop, which the
    /// session stays on.
    public Session openUnidirectional(Wire wire) {
        var session = open(JsonCodec.UNIDIRECTIONAL, wire, Wire.Pings.UNANSWERED);
        session.reachable(switchboard.newSecret(), node.name());
        return session;
    }

    private Session open(ProtocolCodec codec, Wire wire, Wire.Pings pings, Runnable onClose) {
        var loop = loop();
        connections.opened();
        var plan = new Liveness.Plan(pings, RandomGenerator.getDefault());
        var session = new Session(surroundings, limits, loop, codec, wire, plan, () -> {
            connections.closed();
            onClose.run();
        });
        loop.opened(session);
        if (leaving) {
            session.close(CloseCode.SHUTDOWN);
        }
        return session;
    }

    /// First of all: clients go to other nodes while everything here still works. (By the `ShutdownEvent` the
    /// HTTP server has closed their connections already, without a reason.)
    void leave(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        leaving = true;
        var goodbyes = new CountDownLatch(sessions.size());
        for (var loop : sessions.values()) {
            loop.executor().execute(() -> {
                loop.closeAll(CloseCode.SHUTDOWN);
                goodbyes.countDown();
            });
        }
        goodbyes.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
    }

    private SessionLoop loop() {
        return sessions.computeIfAbsent(loops.current(), loop -> {
            var made = new SessionLoop(loop);
            loop.every(SessionLoop.TICK, made::tick);
            return made;
        });
    }

    /// The rest of this node.
    private record Node(
            Feed feed, Histories histories, EventLog log, Tokens tokens, Namespaces namespaces, boolean insecure)
            implements Surroundings {

        @Override
        public Namespace namespace(Channel channel) {
            return namespaces.of(channel);
        }

        @Override
        public Subscription subscribe(Channel channel, @Nullable Position since, Subscriber subscriber) {
            return feed.subscribe(channel, since, subscriber);
        }

        @Override
        public CompletionStage<InboxMessage.HistoryPage> history(
                Channel channel, @Nullable Position after, int limit, boolean reverse) {
            return histories.page(channel, after, limit, reverse);
        }

        @Override
        public CompletionStage<Position> append(Event event) {
            return log.append(event, null);
        }

        @Override
        public @Nullable ConnectionClaims connection(String token) throws TokenException {
            if (insecure && (token.isEmpty() || !tokens.accepted())) {
                return ConnectionClaims.ANONYMOUS;
            }
            return token.isEmpty() ? null : tokens.connection(token);
        }

        @Override
        public SubscriptionClaims subscription(String token, String user, String client, Channel channel)
                throws TokenException {
            return tokens.subscription(token, user, client, channel);
        }
    }
}
