package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.bound.Allowance;
import dev.carillon.connection.feed.Framing;
import dev.carillon.connection.feed.MemberChange;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.hook.Caller;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Member;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Expiry;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.InappropriateDataException;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.MalformedFrameException;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.UnsubscribeCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One client's conversation: commands in, replies and pushes out, whatever the transport.
///
/// ```
///   new ── connect ──▶ connecting ── server's own subscriptions open ──▶ connected
///    └── refused ──▶ refused                                  any ── close, or the client left ──▶ closed
/// ```
///
/// What goes out waits for the end of the loop's turn, so that many replies and pushes leave in one frame, in
/// the order in which they were made. Confined to the event loop that opened it.
public final class Session {

    private static final Logger LOG = Logger.getLogger(Session.class);

    private enum Phase {
        NEW,
        CONNECTING,
        CONNECTED,
        REFUSED,
        CLOSED
    }

    private static final String VERSION = "Carillon";

    /// What a publication costs that waits for the connect reply, besides its data.
    private static final int HELD_OVERHEAD = 256;

    /// How requests beside the connection reach the session.
    private record Reach(String secret, String node) {}

    private final Surroundings surroundings;
    private final SessionLimits limits;
    private final SessionLoop loop;
    private final ProtocolCodec codec;
    private final Wire wire;
    private final Runnable onClose;
    private final Outbox outbox;
    private final Liveness liveness;
    private final Requests requests;
    private final Permits permits = new Permits(this);
    private final Tenure tenure = new Tenure(this);
    private final Allowance allowance;
    private final @Nullable OneWay oneWay;
    private final String id = UUID.randomUUID().toString();
    private final Map<Channel, ClientSubscription> subscriptions = new HashMap<>(4);
    private final List<Supplier<Frame>> held = new ArrayList<>(0);
    private final WaitingCommands early;

    private Phase phase = Phase.NEW;
    private ConnectionClaims claims = ConnectionClaims.ANONYMOUS;
    private Handshake handshake = Handshake.NONE;
    private @Nullable Reach reach;
    private TimerWheel.@Nullable Timer deadline;
    private long heldBytes;
    private boolean flushing;

    /// Whether the user's connections include this one.
    private boolean counted;

    Session(
            Surroundings surroundings,
            SessionLimits limits,
            SessionLoop loop,
            ProtocolCodec codec,
            Wire wire,
            Liveness.Plan plan,
            Runnable onClose) {
        this.surroundings = surroundings;
        this.limits = limits;
        this.loop = loop;
        this.codec = codec;
        this.wire = wire;
        this.onClose = onClose;
        this.outbox = new Outbox(limits.outboxCapacity());
        this.early = new WaitingCommands(limits.outboxCapacity());
        this.liveness = new Liveness(plan, limits, loop, this, wire);
        this.requests = new Requests(this, loop.executor());
        this.allowance = surroundings.bounds().allowance();
        this.oneWay = codec instanceof JsonCodec json && json.isUnidirectional() ? new OneWay(this, requests) : null;
        this.deadline = loop.after(limits.connectTimeout(), () -> close(CloseCode.STALE));
    }

    /// Says what came with the request that opened the connection; before any command.
    void came(Handshake with) {
        handshake = with;
    }

    /// A frame of the session's codec; one that breaks the protocol ends the session.
    public void receive(ByteString frame) {
        decode(() -> codec.decodeCommands(frame), frame.size());
    }

    /// The same, from a transport that has it as text.
    public void receive(String frame) {
        if (codec == JsonCodec.INSTANCE) {
            decode(() -> JsonCodec.INSTANCE.decodeCommands(frame), frame.length());
        } else {
            receive(ByteString.copyFromUtf8(frame));
        }
    }

    private void decode(Supplier<List<Command>> frame, long size) {
        List<Command> commands;
        try {
            commands = frame.get();
        } catch (MalformedFrameException e) {
            LOG.debug("frame is malformed", e);
            close(e.closeCode());
            return;
        }
        receive(commands, size);
    }

    /// The commands of one frame, in order.
    ///
    /// @param size the frame's, in bytes
    public void receive(List<Command> commands, long size) {
        liveness.heard();
        boolean fits = allowance.frame(size);
        for (var command : commands) {
            if (phase == Phase.CLOSED) {
                return;
            }
            if (phase != Phase.CONNECTED || command.method() instanceof Method.Pong) {
                handle(command);
            } else if (allowance.command(command.method()) && fits) {
                handle(command);
            } else {
                refuseForRate(command.id());
            }
        }
    }

    /// The client is there: a sign of the transport's own.
    public void heard() {
        liveness.heard();
    }

    /// Ends the conversation, and tells the client why.
    public void close(CloseCode code) {
        if (code != CloseCode.SLOW && code != CloseCode.WRITE_ERROR) {
            // That may find out that nobody reads any more, and end it.
            flush();
        }
        if (phase != Phase.CLOSED) {
            surroundings.bounds().closed(code);
            var advice = advice(code.code(), code.reason());
            end();
            if (advice == null) {
                wire.close(code);
            } else {
                wire.close(code.code(), advice);
            }
        }
    }

    /// Why the connection ends, for a client that wants to be told when to come back; null for all others.
    private @Nullable String advice(int code, String reason) {
        var delay = handshake.advised() ? Advice.delay(code, limits.reconnectSpread(), liveness.random()) : null;
        return delay == null ? null : Advice.reason(reason, delay);
    }

    /// The same, with a code of the application's.
    ///
    /// @param code from 3000 to 4999
    /// @param reason at most 123 bytes in UTF-8
    public void close(int code, String reason) {
        flush();
        if (phase != Phase.CLOSED) {
            surroundings.bounds().closed(code);
            var advice = advice(code, reason);
            end();
            wire.close(code, advice == null ? reason : advice);
        }
    }

    /// The connection is gone.
    public void closed() {
        if (phase != Phase.CLOSED) {
            end();
        }
    }

    // For those who manage connections:

    /// Whose it is; empty for an anonymous client.
    public String user() {
        return claims.user();
    }

    /// The connection's id, as its client knows it.
    public String client() {
        return id;
    }

    /// Whether that is what the client was told as its session, or its id: not every transport has sessions.
    public boolean isKnownAs(String session) {
        return id.equals(session) || (reach != null && reach.secret().equals(session));
    }

    /// The channels that it is subscribed to.
    public Set<Channel> channels() {
        return Set.copyOf(subscriptions.keySet());
    }

    /// Subscribes the client, and tells it so once the subscription is open.
    ///
    /// @return whether there is something to open
    public boolean subscribe(Channel channel, ServerSubscription options) {
        return phase == Phase.CONNECTED && ServerSubscriptions.add(this, channel, options);
    }

    /// Ends a subscription, and tells the client.
    ///
    /// @return whether there was one
    public boolean unsubscribe(Channel channel) {
        return phase == Phase.CONNECTED && requests.unsubscribed(channel, UnsubscribeCode.SERVER);
    }

    /// Changes when the connection expires, and tells the client.
    ///
    /// @param at null for never
    /// @param info JSON that others see of the client from now on, empty for no change
    public void refresh(@Nullable Instant at, ByteString info) {
        if (phase == Phase.CONNECTED) {
            stay(claims.refreshed(at, info));
            reply(Push.of(new Push.Refresh(tenure.told(at))));
        }
    }

    // Of the conversation, for the parts of the session:

    Requests requests() {
        return requests;
    }

    String id() {
        return id;
    }

    ConnectionClaims claims() {
        return claims;
    }

    /// The client as the application is asked about it.
    Caller caller() {
        var protocol = codec instanceof ProtobufCodec ? "protobuf" : "json";
        return new Caller(id, claims.user(), protocol, claims.meta(), handshake.headers());
    }

    Permits permits() {
        return permits;
    }

    /// Runs what has to run on the session's event loop.
    Executor executor() {
        return loop.executor();
    }

    ProtocolCodec codec() {
        return codec;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    SessionLimits limits() {
        return limits;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    Map<Channel, ClientSubscription> subscriptions() {
        return subscriptions;
    }

    /// Sends an event of a channel. While the connect reply is not out, it waits for that.
    void push(Publication publication) {
        push(publication, Pushes.framing(codec));
    }

    /// The same in a form of the subscription's own.
    void push(Publication publication, Framing<Frame> form) {
        if (phase == Phase.CONNECTING && !mayWait(publication)) {
            close(CloseCode.SLOW);
        } else {
            push(() -> publication.as(form));
        }
    }

    /// Whether there is room for one more publication that comes before the connect reply is out.
    private boolean mayWait(Publication publication) {
        heldBytes += publication.event().data().size() + HELD_OVERHEAD;
        return heldBytes <= limits.outboxCapacity();
    }

    /// Tells that somebody came into a channel or went from it; waits like publications.
    void push(MemberChange change) {
        push(() -> MemberPushes.frame(change, codec));
    }

    private void push(Supplier<Frame> frame) {
        if (phase == Phase.CONNECTING) {
            held.add(frame);
        } else {
            send(frame);
        }
    }

    void reply(Reply reply) {
        var ending = oneWay == null ? null : OneWay.ending(reply);
        if (ending != null) {
            close(ending);
            return;
        }
        send(() -> codec.encode(reply));
        if (reply instanceof Reply.Failure failure
                && Allowance.isClientsFault(failure.error())
                && !allowance.forgiveError()) {
            close(CloseCode.TOO_MANY_ERRORS);
        }
    }

    void succeed(long command, Result result) {
        if (oneWay == null || !oneWay.succeeded(command, result)) {
            reply(new Reply.Success(command, result));
        }
    }

    void fail(long command, ErrorCode why) {
        reply(why.toReply(command));
    }

    /// Has the client told how requests beside the connection reach it.
    void reachable(String secret, String node) {
        reach = new Reach(secret, node);
    }

    /// Runs `action` on the session's loop after that time.
    TimerWheel.Timer after(Duration time, Runnable action) {
        return loop.after(time, action);
    }

    /// Runs `action` on the session's loop; call it from any thread.
    void onLoop(Runnable action) {
        loop.executor().execute(action);
    }

    /// Writes what waits.
    void flush() {
        flushing = false;
        if (phase != Phase.CLOSED && !outbox.isEmpty()) {
            outbox.writeTo(wire, well -> {
                if (!well) {
                    close(CloseCode.WRITE_ERROR);
                }
            });
        }
    }

    private void send(Supplier<Frame> message) {
        if (phase == Phase.CLOSED) {
            return;
        }
        try {
            if (!outbox.add(message.get())) {
                close(CloseCode.SLOW);
            } else if (!flushing) {
                flushing = true;
                loop.flushSoon(this);
            }
        } catch (InappropriateDataException e) {
            close(e.closeCode());
        }
    }

    private void handle(Command command) {
        switch (command.method()) {
            case Method.Pong _ -> liveness.pong();
            case Method.Connect connect when phase == Phase.NEW -> connect(command.id(), connect);
            case Method.Connect _ -> close(CloseCode.BAD_REQUEST);
            case Method _ when phase == Phase.CONNECTING -> waitForConnect(command);
            case Method _ when phase != Phase.CONNECTED -> close(CloseCode.BAD_REQUEST);
            case Method.Refresh refresh -> refresh(command.id(), refresh);
            case Method _ -> requests.handle(command);
        }
    }

    /// What the client may do in a time.
    Allowance allowance() {
        return allowance;
    }

    /// Does not carry a command out because the client is too fast; one that goes on like that is let go.
    void refuseForRate(long command) {
        if (!allowance.forgiveRate()) {
            close(CloseCode.TOO_MANY_REQUESTS);
        } else if (command != 0) {
            fail(command, ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    private void waitForConnect(Command command) {
        if (!early.add(command)) {
            close(CloseCode.TOO_MANY_REQUESTS);
        }
    }

    private void connect(long command, Method.Connect connect) {
        phase = Phase.CONNECTING;
        handshake = handshake.with(surroundings.hooks().chosen(name -> header(connect.headers(), name)));
        if (Advice.isWanted(header(connect.headers(), Advice.HEADER))) {
            handshake = handshake.withAdvice();
        }
        tenure.begin(!connect.token().isEmpty());
        OnLoop.then(
                surroundings.enter(connect, handshake, caller()),
                executor(),
                decision -> entered(command, connect, decision));
    }

    private void entered(long command, Method.Connect connect, Decision<ConnectionClaims> decision) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        switch (decision) {
            case Decision.Granted(var who) -> {
                stay(who);
                new ServerSubscriptions(this, who, connect.subs(), subs -> served(command, connect, subs)).start();
            }
            case Decision.Refused(var why) -> {
                phase = Phase.REFUSED;
                reply(new Reply.Failure(command, why));
                handleEarly();
            }
            case Decision.Closed(var code, var reason) -> close(code, reason);
        }
    }

    /// The client is this, for as long as that holds.
    void stay(ConnectionClaims who) {
        claims = who;
        deadline(tenure.until(who.expiresAt()));
    }

    private static @Nullable String header(Map<String, String> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private void served(long command, Method.Connect connect, Map<String, Result.Subscribe> subs) {
        if (oneWay == null) {
            connected(command, subs);
        } else {
            oneWay.subscribe(connect.subs(), subs, all -> connected(command, all));
        }
    }

    private void connected(long command, Map<String, Result.Subscribe> subs) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        counted = surroundings.bounds().enter(claims.user());
        if (!counted) {
            close(CloseCode.CONNECTION_LIMIT);
            return;
        }
        var result = Result.Connect.of(id, VERSION)
                .withExpiry(tenure.told(claims.expiresAt()))
                .withData(claims.data())
                .withSubs(subs);
        if (reach != null) {
            result = result.withSession(reach.secret(), reach.node());
        }
        succeed(command, liveness.announce(result));
        if (phase != Phase.CONNECTING) {
            return; // the answer could not be sent, and that was the end
        }
        phase = Phase.CONNECTED;
        surroundings.opened(id, claims.user());
        liveness.start();
        held.forEach(this::send);
        held.clear();
        handleEarly();
    }

    private void handleEarly() {
        early.takeAll().forEach(waiting -> {
            if (phase != Phase.CLOSED) {
                handle(waiting);
            }
        });
    }

    private void refresh(long command, Method.Refresh refresh) {
        if (refresh.token().isEmpty()) {
            fail(command, ErrorCode.BAD_REQUEST);
            return;
        }
        OnLoop.then(surroundings.renew(refresh.token()), executor(), decision -> refreshed(command, decision));
    }

    private void refreshed(long command, Decision<ConnectionClaims> decision) {
        if (phase == Phase.CLOSED) {
            return;
        }
        switch (decision) {
            case Decision.Granted(var who) when !who.user().equals(claims.user()) -> close(CloseCode.INVALID_TOKEN);
            case Decision.Granted(var who) -> {
                tenure.begin(true);
                stay(who);
                succeed(command, new Result.Refresh(id, VERSION, expiry(who.expiresAt())));
            }
            case Decision.Refused(var why) -> reply(new Reply.Failure(command, why));
            case Decision.Closed(var code, var reason) -> close(code, reason);
        }
    }

    /// Waits for this in place of what was waited for.
    void deadline(TimerWheel.@Nullable Timer timer) {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = timer;
    }

    private void end() {
        if (phase == Phase.CONNECTED) {
            surroundings.closed(id, claims.user());
        }
        phase = Phase.CLOSED;
        deadline(null);
        liveness.stop();
        outbox.clear();
        held.clear();
        early.clear();
        List.copyOf(subscriptions.values()).forEach(ClientSubscription::end);
        subscriptions.clear();
        if (counted) {
            surroundings.bounds().leave(claims.user());
        }
        loop.closed(this);
        onClose.run();
    }

    static Expiry expiry(@Nullable Instant expiresAt) {
        return expiresAt == null
                ? Expiry.NEVER
                : Expiry.in(Math.max(1, left(expiresAt).toSeconds()));
    }

    static Duration left(Instant expiresAt) {
        var left = Duration.between(Instant.now(), expiresAt);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// The client as others in a channel see it.
    ///
    /// @param channelInfo JSON about it in this channel, may be empty
    Member member(ByteString channelInfo) {
        return new Member(claims.user(), id, info(), channelInfo);
    }

    /// Empty when a token says nothing about the client.
    ByteString info() {
        return claims.info();
    }
}
