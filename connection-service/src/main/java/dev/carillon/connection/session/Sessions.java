package dev.carillon.connection.session;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.EventLoops;
import dev.carillon.connection.auth.ChannelAccess;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Cookies;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.Permissions;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.auth.Tokens;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.feed.Histories;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.hook.Caller;
import dev.carillon.connection.hook.Hooks;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.node.Connections;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.connection.node.Switchboard;
import dev.carillon.connection.presence.Presences;
import dev.carillon.connection.publish.ConnectionEvents;
import dev.carillon.connection.publish.EventLog;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Opens sessions, on whatever event loop a connection came to.
///
/// Safe for use by many event loops: each has its own [SessionLoop].
@Singleton
public final class Sessions {

    private static final Duration GOODBYE = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(Sessions.class);

    private final Surroundings surroundings;
    private final Surroundings unnoticed;
    private final SessionLimits limits;
    private final Hooks hooks;
    private final String tokenCookie;
    private final Connections connections;
    private final Switchboard switchboard;
    private final NodeIdentity node;
    private final EventLoops loops;
    private final Map<EventLoops.Loop, SessionLoop> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger guests = new AtomicInteger();
    private final Duration drainPeriod;
    private volatile boolean turnsAway;

    Sessions(
            Feed feed,
            Histories histories,
            EventLog log,
            Tokens tokens,
            Namespaces namespaces,
            ChannelAccess access,
            Hooks hooks,
            Presences presences,
            ConnectionEvents connectionEvents,
            Connections connections,
            Bounds bounds,
            Switchboard switchboard,
            NodeIdentity node,
            ConnectionConfig config,
            EventLoops loops,
            MeterRegistry meters) {
        var entrance = new Entrance(tokens, hooks, config);
        var here = new Node(
                feed, histories, log, entrance, access, hooks, namespaces, presences, connectionEvents, bounds, false);
        this.surroundings = here;
        this.unnoticed = here.unnoticing();
        this.hooks = hooks;
        this.tokenCookie = config.tokenCookie().orElse("");
        this.limits = SessionLimits.of(config);
        this.connections = connections;
        this.switchboard = switchboard;
        this.node = node;
        this.loops = loops;
        this.drainPeriod = config.drainPeriod();
        meters.gauge("carillon.connections", connections, Connections::count);
    }

    /// Opens a session for a connection that a request opened; call it on the connection's event loop, which
    /// the session stays on.
    ///
    /// @param header the value of a header of that request by its name, null when it is not there
    public Session open(ProtocolCodec codec, Wire wire, Wire.Pings pings, Function<String, @Nullable String> header) {
        return open(surroundings, codec, wire, pings, header, () -> {});
    }

    /// Opens a session for a client that only wants to know how it would begin to listen: others neither see
    /// nor hear of it. Else as [#open].
    public Session openUnnoticed(Wire wire, Function<String, @Nullable String> header) {
        return open(unnoticed, JsonCodec.UNIDIRECTIONAL, wire, Wire.Pings.TRANSPORT, header, () -> {});
    }

    /// Opens a session whose wire carries nothing but replies: its client sends commands by requests of their
    /// own, to any node. Else as [#open].
    public Session openReachable(ProtocolCodec codec, Wire wire, Function<String, @Nullable String> header) {
        var secret = switchboard.newSecret();
        var session =
                open(surroundings, codec, wire, Wire.Pings.PROTOCOL, header, () -> switchboard.disconnect(secret));
        if (!session.isClosed()) {
            var loop = loop().executor();
            session.reachable(secret, node.name());
            switchboard.connect(secret, frame -> loop.execute(() -> session.receive(frame)));
        }
        return session;
    }

    /// Opens a session for a client that only listens. Else as [#open].
    public Session openUnidirectional(Wire wire, Function<String, @Nullable String> header) {
        var session = open(JsonCodec.UNIDIRECTIONAL, wire, Wire.Pings.UNANSWERED, header);
        session.reachable(switchboard.newSecret(), node.name());
        return session;
    }

    private Session open(
            Surroundings around,
            ProtocolCodec codec,
            Wire wire,
            Wire.Pings pings,
            Function<String, @Nullable String> header,
            Runnable onClose) {
        var loop = loop();
        connections.opened();
        var plan = new Liveness.Plan(pings, RandomGenerator.getDefault());
        var session = new Session(around, limits, loop, codec, wire, plan, () -> {
            connections.closed();
            onClose.run();
        });
        loop.opened(session);
        session.came(handshake(header));
        if (turnsAway) {
            session.close(CloseCode.SHUTDOWN);
        } else if (surroundings.bounds().isOverfull()) {
            session.close(CloseCode.TOO_MANY_REQUESTS);
        }
        return session;
    }

    private Handshake handshake(Function<String, @Nullable String> header) {
        var token = tokenCookie.isEmpty() ? "" : Cookies.value(header.apply("cookie"), tokenCookie);
        var headers = hooks.chosen(header);
        boolean advised = Advice.isWanted(header.apply(Advice.HEADER));
        return token.isEmpty() && headers.isEmpty() && !advised
                ? Handshake.NONE
                : new Handshake(headers, token, advised);
    }

    /// Asks every session, each on its event loop.
    ///
    /// @param question answered with null by sessions that have nothing to say
    /// @return the answers of the others
    public <T> CompletionStage<List<T>> ask(Function<Session, @Nullable T> question) {
        var loops = sessions.values().stream()
                .map(loop -> ask(loop, question).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(loops.toArray(CompletableFuture[]::new)).thenApply(_ -> loops.stream()
                .flatMap(answers -> answers.join().stream())
                .toList());
    }

    /// From now on, or not any longer, clients that come are sent to other nodes.
    public void accept(boolean accepting) {
        turnsAway = !accepting;
    }

    /// Whether clients that come may stay.
    public boolean isAccepting() {
        return !turnsAway;
    }

    /// A client came that listens without a session; call it on its event loop.
    public void entered(Guest guest) {
        loop().opened(guest);
        guests.incrementAndGet();
    }

    /// It is gone; call it on its event loop, as often as you like.
    public void left(Guest guest) {
        if (loop().closed(guest)) {
            guests.decrementAndGet();
        }
    }

    /// How many clients are here, with a session or without.
    public int clients() {
        return connections.count() + guests.get();
    }

    /// Has a part of the clients go to other nodes, evenly over a time, or faster if they are few. Those that
    /// have been here longest go first.
    ///
    /// @return completes with their number when they are gone
    public CompletionStage<Integer> release(double share, Duration period, CloseCode code) {
        var released = sessions.values().stream()
                .map(loop -> Release.begin(loop, share, period, code).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(released.toArray(CompletableFuture[]::new))
                .thenApply(
                        _ -> released.stream().mapToInt(CompletableFuture::join).sum());
    }

    private static <T> CompletionStage<List<T>> ask(SessionLoop loop, Function<Session, @Nullable T> question) {
        var answered = new CompletableFuture<List<T>>();
        loop.executor().execute(() -> {
            try {
                var answers = new ArrayList<T>();
                for (var session : loop.sessions()) {
                    var answer = question.apply(session);
                    if (answer != null) {
                        answers.add(answer);
                    }
                }
                answered.complete(answers);
            } catch (RuntimeException e) {
                answered.completeExceptionally(e);
            }
        });
        return answered;
    }

    /// First of all: clients go to other nodes while everything here still works. (By the `ShutdownEvent` the
    /// HTTP server has closed their connections already, without a reason.)
    void leave(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        accept(false);
        try {
            release(1, drainPeriod, CloseCode.SHUTDOWN)
                    .toCompletableFuture()
                    .get(drainPeriod.plus(GOODBYE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not all clients could be told to go to other nodes", e);
        }
    }

    private SessionLoop loop() {
        return sessions.computeIfAbsent(loops.current(), loop -> {
            var made = new SessionLoop(loop);
            loop.every(SessionLoop.TICK, made::tick);
            return made;
        });
    }

    /// The rest of this node.
    ///
    /// @param discreet whether nobody hears of the clients
    private record Node(
            Feed feed,
            Histories histories,
            EventLog log,
            Entrance entrance,
            ChannelAccess access,
            Hooks hooks,
            Namespaces namespaces,
            Presences presences,
            ConnectionEvents events,
            Bounds bounds,
            boolean discreet)
            implements Surroundings {

        private static final Presences.Stay NOWHERE = () -> {};

        /// The same, where clients are present nowhere and nobody hears of them.
        Node unnoticing() {
            return new Node(feed, histories, log, entrance, access, hooks, namespaces, presences, events, bounds, true);
        }

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
        public Presences.Stay enter(Channel channel, Member member, Namespace options) {
            return discreet ? NOWHERE : presences.enter(channel, member, options);
        }

        @Override
        public CompletionStage<InboxMessage.Members> members(Channel channel) {
            return presences.members(channel);
        }

        @Override
        public CompletionStage<InboxMessage.MemberCounts> counts(Channel channel) {
            return presences.counts(channel);
        }

        @Override
        public void opened(String client, String user) {
            if (!discreet) {
                events.opened(client, user);
            }
        }

        @Override
        public void closed(String client, String user) {
            if (!discreet) {
                events.closed(client, user);
            }
        }

        @Override
        public CompletionStage<Decision<ConnectionClaims>> enter(
                Method.Connect connect, Handshake handshake, Caller caller) {
            return entrance.enter(connect, handshake, caller);
        }

        @Override
        public CompletionStage<Decision<ConnectionClaims>> renew(String token) {
            return entrance.renew(token);
        }

        @Override
        public CompletionStage<Decision<SubscriptionClaims>> subscription(
                String token, String user, String client, Channel channel) {
            return entrance.subscription(token, user, client, channel);
        }

        @Override
        public Permissions.Verdict decide(Permissions.Action action, Channel channel, Permissions.Client client) {
            return access.decide(action, channel, client);
        }
    }
}
