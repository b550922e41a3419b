package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Finds out whether a client is still there: pings it, and closes the session when nothing comes back.
///
/// The first ping comes at a random time in the second half of the interval, so that clients that came together
/// are not pinged together. Confined to the session's event loop.
final class Liveness {

    /// How to ping.
    record Plan(Wire.Pings pings, RandomGenerator random) {}

    private final Plan plan;
    private final SessionLimits limits;
    private final SessionLoop loop;
    private final Session session;
    private final Wire wire;
    private TimerWheel.@Nullable Timer next;
    private boolean heard;
    private boolean owesPong;

    Liveness(Plan plan, SessionLimits limits, SessionLoop loop, Session session, Wire wire) {
        this.plan = plan;
        this.limits = limits;
        this.loop = loop;
        this.session = session;
        this.wire = wire;
    }

    RandomGenerator random() {
        return plan.random();
    }

    /// Tells the client what to expect.
    Result.Connect announce(Result.Connect result) {
        long seconds = Math.max(1, limits.ping().toSeconds());
        return switch (plan.pings()) {
            case PROTOCOL -> result.withPing(seconds, true);
            case UNANSWERED -> result.withPing(seconds, false);
            case TRANSPORT -> result;
        };
    }

    void start() {
        long half = limits.ping().toMillis() / 2;
        next = loop.after(Duration.ofMillis(half + plan.random().nextLong(half + 1)), this::ping);
    }

    void stop() {
        if (next != null) {
            next.cancel();
        }
    }

    /// Something came from the client.
    void heard() {
        heard = true;
    }

    /// An answer to a ping came; one too many is against the protocol.
    void pong() {
        if (!owesPong) {
            session.close(CloseCode.BAD_REQUEST);
        }
        owesPong = false;
    }

    private void ping() {
        heard = false;
        switch (plan.pings()) {
            case PROTOCOL -> {
                owesPong = true;
                session.reply(new Reply.Ping());
            }
            case TRANSPORT -> wire.ping();
            case UNANSWERED -> session.reply(new Reply.Ping());
        }
        if (session.isClosed()) {
            return;
        }
        next = plan.pings() == Wire.Pings.UNANSWERED
                ? loop.after(limits.ping(), this::ping)
                : loop.after(limits.pong(), this::check);
    }

    private void check() {
        if (heard) {
            next = loop.after(limits.ping().minus(limits.pong()), this::ping);
        } else {
            session.close(CloseCode.NO_PONG);
        }
    }
}
