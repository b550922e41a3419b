package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/// What the sessions of one event loop share: the end of the loop's turn, at which every session writes once,
/// and the timers.
///
/// Confined to its event loop.
final class SessionLoop {

    /// One tick of the timers.
    static final Duration TICK = Duration.ofMillis(500);

    private static final Logger LOG = Logger.getLogger(SessionLoop.class);

    private final Executor loop;
    private final TimerWheel timers = new TimerWheel();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Set<Guest> guests = new LinkedHashSet<>();
    private List<Session> unflushed = new ArrayList<>();

    SessionLoop(Executor loop) {
        this.loop = loop;
    }

    Executor executor() {
        return loop;
    }

    void opened(Session session) {
        sessions.add(session);
    }

    void closed(Session session) {
        sessions.remove(session);
    }

    /// Runs `action` after that time, give or take a tick.
    TimerWheel.Timer after(Duration time, Runnable action) {
        return timers.after(time.dividedBy(TICK), action);
    }

    void tick() {
        timers.advance();
    }

    /// Has the session flushed when the tasks that wait in the loop now are done: what they add goes along.
    void flushSoon(Session session) {
        if (unflushed.isEmpty()) {
            loop.execute(this::flush);
        }
        unflushed.add(session);
    }

    /// Those that are open at the moment, the oldest first.
    List<Session> sessions() {
        return List.copyOf(sessions);
    }

    void opened(Guest guest) {
        guests.add(guest);
    }

    /// @return whether it was there
    boolean closed(Guest guest) {
        return guests.remove(guest);
    }

    /// Those that are here at the moment, the oldest first.
    List<Guest> guests() {
        return List.copyOf(guests);
    }

    private void flush() {
        var due = unflushed;
        unflushed = new ArrayList<>();
        for (var session : due) {
            try {
                session.flush();
            } catch (RuntimeException e) {
                LOG.error("a session cannot write, the others go on", e);
                session.close(CloseCode.WRITE_ERROR);
            }
        }
    }
}
