package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.TokenException;
import dev.carillon.connection.feed.Publication;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Expiry;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.InappropriateDataException;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.MalformedFrameException;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
    private final @Nullable OneWay oneWay;
    private final String id = UUID.randomUUID().toString();
    private final Map<Channel, ClientSubscription> subscriptions = new HashMap<>(4);
    private final List<Supplier<Frame>> held = new ArrayList<>(0);
    private final List<Command> early = new ArrayList<>(0);

    private Phase phase = Phase.NEW;
    private ConnectionClaims claims = ConnectionClaims.ANONYMOUS;
    private @Nullable Reach reach;
    private TimerWheel.@Nullable Timer deadline;
    private boolean flushing;

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
        this.liveness = new Liveness(plan, limits, loop, this, wire);
        this.requests = new Requests(this, loop.executor());
        this.oneWay = codec instanceof JsonCodec json && json.isUnidirectional() ? new OneWay(this, requests) : null;
        this.deadline = loop.after(limits.connectTimeout(), () -> close(CloseCode.STALE));
    }

    /// A frame of the session's codec; one that breaks the protocol ends the session.
    public void receive(ByteString frame) {
        List<Command> commands;
        try {
            commands = codec.decodeCommands(frame);
        } catch (MalformedFrameException e) {
            LOG.debug("frame is malformed", e);
            close(e.closeCode());
            return;
        }
        receive(commands);
    }

    /// The commands of one frame, in order.
    public void receive(List<Command> commands) {
        liveness.heard();
        for (var command : commands) {
            if (phase == Phase.CLOSED) {
                return;
            }
            handle(command);
        }
    }

    /// The client is there: a sign of the transport's own.
    public void heard() {
        liveness.heard();
    }

    /// Ends the conversation, and tells the client why.
    public void close(CloseCode code) {
        if (phase != Phase.CLOSED) {
            if (code != CloseCode.SLOW && code != CloseCode.WRITE_ERROR) {
                flush();
            }
            end();
            wire.close(code);
        }
    }

    /// The connection is gone.
    public void closed() {
        if (phase != Phase.CLOSED) {
            end();
        }
    }

    // Of the conversation, for the parts of the session:

    String id() {
        return id;
    }

    ConnectionClaims claims() {
        return claims;
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
        Supplier<Frame> frame = () -> publication.as(Pushes.framing(codec));
        if (phase == Phase.CONNECTING) {
            held.add(frame);
        } else {
            send(frame);
        }
    }

    void reply(Reply reply) {
        var ending = oneWay == null ? null : OneWay.ending(reply);
        if (ending == null) {
            send(() -> codec.encode(reply));
        } else {
            close(ending);
        }
    }

    void succeed(long command, Result result) {
        if (oneWay == null || !oneWay.succeeded(command, result)) {
            reply(new Reply.Success(command, result));
        }
    }

    void fail(long command, ErrorCode why) {
        if (oneWay == null) {
            reply(why.toReply(command));
        } else {
            close(OneWay.ending(why));
        }
    }

    /// Has the client told how requests beside the connection reach it.
    void reachable(String secret, String node) {
        reach = new Reach(secret, node);
    }

    /// Runs `action` on the session's loop after that time.
    TimerWheel.Timer after(Duration time, Runnable action) {
        return loop.after(time, action);
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

    private void waitForConnect(Command command) {
        if (early.size() < SessionLimits.MAX_WAITING_COMMANDS) {
            early.add(command);
        } else {
            close(CloseCode.TOO_MANY_REQUESTS);
        }
    }

    private void connect(long command, Method.Connect connect) {
        var who = claims(command, connect.token());
        if (who == null) {
            return;
        }
        claims = who;
        phase = Phase.CONNECTING;
        deadline(expiryDeadline(who.expiresAt()));
        new ServerSubscriptions(this, who, connect.subs(), subs -> served(command, connect, subs)).start();
    }

    /// Checks a connection token. Null when the client is told already that it does not pass.
    private @Nullable ConnectionClaims claims(long command, String token) {
        try {
            var who = surroundings.connection(token);
            if (who == null) {
                phase = Phase.REFUSED;
                fail(command, ErrorCode.UNAUTHORIZED);
            }
            return who;
        } catch (TokenException e) {
            if (e.kind() != TokenException.Kind.EXPIRED) {
                close(CloseCode.INVALID_TOKEN);
                return null;
            }
            phase = phase == Phase.NEW ? Phase.REFUSED : phase;
            fail(command, ErrorCode.TOKEN_EXPIRED);
            return null;
        }
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
        var result = Result.Connect.of(id, VERSION)
                .withExpiry(expiry(claims.expiresAt()))
                .withSubs(subs);
        if (reach != null) {
            result = result.withSession(reach.secret(), reach.node());
        }
        succeed(command, liveness.announce(result));
        phase = Phase.CONNECTED;
        liveness.start();
        held.forEach(this::send);
        held.clear();
        var waited = List.copyOf(early);
        early.clear();
        waited.forEach(waiting -> {
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
        var who = claims(command, refresh.token());
        if (who == null) {
            return;
        }
        if (!who.user().equals(claims.user())) {
            close(CloseCode.INVALID_TOKEN);
            return;
        }
        claims = who;
        deadline(expiryDeadline(who.expiresAt()));
        succeed(command, new Result.Refresh(id, VERSION, expiry(who.expiresAt())));
    }

    private TimerWheel.@Nullable Timer expiryDeadline(@Nullable Instant expiresAt) {
        return expiresAt == null
                ? null
                : loop.after(
                        left(expiresAt).plus(SessionLimits.EXPIRY_GRACE), () -> close(CloseCode.CONNECTION_EXPIRED));
    }

    private void deadline(TimerWheel.@Nullable Timer timer) {
        if (deadline != null) {
            deadline.cancel();
        }
        deadline = timer;
    }

    private void end() {
        phase = Phase.CLOSED;
        deadline(null);
        liveness.stop();
        outbox.clear();
        held.clear();
        early.clear();
        List.copyOf(subscriptions.values()).forEach(ClientSubscription::end);
        subscriptions.clear();
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

    /// Empty when a token says nothing about the client.
    ByteString info() {
        return claims.info();
    }
}
