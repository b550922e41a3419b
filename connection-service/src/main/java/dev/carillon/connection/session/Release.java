package dev.carillon.connection.session;

import dev.carillon.contract.client.CloseCode;
import java.time.Duration;
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
    private final List<Session> leaving;
    private final int perTick;
    private final CloseCode code;
    private final CompletableFuture<Integer> done = new CompletableFuture<>();
    private int next;

    private Release(SessionLoop loop, List<Session> leaving, Duration period, CloseCode code) {
        this.loop = loop;
        this.leaving = leaving;
        this.perTick = perTick(leaving.size(), period);
        this.code = code;
    }

    /// From any thread.
    ///
    /// @param share the part of the sessions, from 0 to 1
    /// @return completes with the number of sessions when they are closed
    static CompletionStage<Integer> begin(SessionLoop loop, double share, Duration period, CloseCode code) {
        var begun = new CompletableFuture<Integer>();
        loop.executor().execute(() -> {
            var all = loop.sessions();
            var leaving = all.subList(0, (int) Math.ceil(all.size() * share));
            var release = new Release(loop, leaving, period, code);
            var _ = release.done.thenAccept(begun::complete);
            release.step();
        });
        return begun;
    }

    static int perTick(int sessions, Duration period) {
        long ticks = Math.max(1, period.dividedBy(SessionLoop.TICK));
        return Math.max(LEAST, (int) Math.ceilDiv(sessions, ticks));
    }

    private void step() {
        int end = Math.min(leaving.size(), next + perTick);
        while (next < end) {
            leaving.get(next++).close(code);
        }
        if (next < leaving.size()) {
            var _ = loop.after(SessionLoop.TICK, this::step);
        } else {
            done.complete(leaving.size());
        }
    }
}
