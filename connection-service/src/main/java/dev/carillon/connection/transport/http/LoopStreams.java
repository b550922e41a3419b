package dev.carillon.connection.transport.http;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The open streams by event loop, and one timer per loop that keeps the idle ones alive.
///
/// Safe for use by many event loops: each touches its own set only.
final class LoopStreams {

    private final Vertx vertx;
    private final long interval;
    private final Map<Thread, Set<EventStream>> byLoop = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /// @param interval between two comments on an idle stream: between one and two of these pass
    LoopStreams(Vertx vertx, Duration interval) {
        this.vertx = vertx;
        this.interval = Math.max(1, interval.toMillis());
    }

    /// Call it on the stream's event loop.
    void add(EventStream stream) {
        byLoop.computeIfAbsent(Thread.currentThread(), _ -> beating()).add(stream);
        open.incrementAndGet();
    }

    /// Call it on the stream's event loop.
    void remove(EventStream stream) {
        var streams = byLoop.get(Thread.currentThread());
        if (streams != null && streams.remove(stream)) {
            open.decrementAndGet();
        }
    }

    /// How many streams are open on this node.
    int count() {
        return open.get();
    }

    private Set<EventStream> beating() {
        var streams = new LinkedHashSet<EventStream>();
        // Not in the context of the request that happens to be the first: that one ends.
        ContextInternal.current()
                .unwrap()
                .runOnContext(
                        _ -> vertx.setPeriodic(interval, _ -> new ArrayList<>(streams).forEach(EventStream::beat)));
        return streams;
    }
}
