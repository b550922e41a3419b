package dev.carillon.connection.transport.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many long polls this node holds, and what becomes of those that are too many.
///
/// Such a poll is answered at once, and its client is asked to stay away for as long as it would have been
/// held: so it costs a request as often as before, and nothing between. Safe for use by many threads.
final class HeldPolls {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final int max;
    private final AtomicInteger held = new AtomicInteger();

    HeldPolls(int max) {
        this.max = max;
    }

    /// A poll as it is carried out.
    ///
    /// @param interval how long its client is to wait before its next one; null for not at all
    record Admitted(PollRequest request, @Nullable Duration interval) {}

    /// Lets a poll in. Whoever is held is let out by [#release].
    Admitted admit(PollRequest request) {
        if (request.hold().isZero()) {
            return new Admitted(request, held.get() < max ? null : SHORTEST);
        }
        if (held.incrementAndGet() <= max) {
            return new Admitted(request, null);
        }
        held.decrementAndGet();
        var interval = request.hold().compareTo(SHORTEST) < 0 ? SHORTEST : request.hold();
        return new Admitted(request.unheld(), interval);
    }

    /// Has a client poll another node next: it is answered at once.
    static Admitted sentAway(PollRequest request) {
        return new Admitted(request.unheld(), SHORTEST);
    }

    /// A poll is over.
    void release(Admitted poll) {
        if (!poll.request().hold().isZero()) {
            held.decrementAndGet();
        }
    }

    int count() {
        return held.get();
    }
}
