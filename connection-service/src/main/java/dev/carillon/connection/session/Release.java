package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Has clients of one event loop go to other nodes, a few at each tick, so that those are not overrun.
///
/// Confined to the event loop.
final class Release {

    /// How many clients a tick lets go at least: a node with few clients is left quickly.
    private static final int LEAST = 50;

    private final SessionLoop loop;
    private final List<Runnable> leaving;
    private final int perTick;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();
    private int next;

    private Release(SessionLoop loop, List<Runnable> leaving, Duration period) {
        this.loop = loop;
        this.leaving = leaving;
        this.perTick = perTick(leaving.size(), period);
    }

    /// From any thread.
    ///
    /// @param share the part of the sessions, and of the guests, from 0 to 1
    /// @param code why the sessions are closed
    /// @return completes with the number of those who left when they are gone
    static CompletionStage<Integer> begin(SessionLoop loop, double share, Duration period, CloseCode code) {
        var begun = new CompletableFuture<Integer>();
        loop.executor().execute(() -> {
            var leaving = new ArrayList<Runnable>();
            part(loop.sessions(), share).forEach(session -> leaving.add(() -> session.close(code)));
            part(loop.guests(), share).forEach(guest -> leaving.add(guest::release));
            var release = new Release(loop, leaving, period);
            var _ = release.done.thenAccept(begun::complete);
            release.step();
        });
        return begun;
    }

    /// The oldest ones.
    private static <T> List<T> part(List<T> all, double share) {
        return all.subList(0, (int) Math.ceil(all.size() * share));
    }

    static int perTick(int clients, Duration period) {
        long ticks = Math.max(1, period.dividedBy(SessionLoop.TICK));
        return Math.max(LEAST, (int) Math.ceilDiv(clients, ticks));
    }

    private void step() {
        int end = Math.min(leaving.size(), next + perTick);
        while (next < end) {
            leaving.get(next++).run();
        }
        if (next < leaving.size()) {
            var _ = loop.after(SessionLoop.TICK, this::step);
        } else {
            done.complete(leaving.size());
        }
    }
}
