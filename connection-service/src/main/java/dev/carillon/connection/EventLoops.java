package dev.carillon.connection;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// The event loops that connections live on, as executors.
///
/// Safe for use by many threads.
@Singleton
public final class EventLoops {

    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();

    EventLoops() {}

    /// One event loop: runs tasks one after the other, in the order in which they come, in a Vert.x context of
    /// its own. There is one object per loop. Safe for use by many threads.
    public static final class Loop implements Executor {

        private final EventLoop netty;
        private final ContextInternal context;

        private Loop(ContextInternal current) {
            this.netty = current.nettyEventLoop();
            this.context = current.owner().createEventLoopContext(netty, null, null);
        }

        @Override
        public void execute(Runnable task) {
            context.runOnContext(_ -> task.run());
        }

        /// Runs `task` again and again, as long as the loop lives. A loop that stood still does not make up for
        /// it: what its connections sent meanwhile comes first.
        public void every(Duration interval, Runnable task) {
            long nanos = interval.toNanos();
            var _ = netty.scheduleWithFixedDelay(() -> execute(task), nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /// The loop that the caller runs on.
    ///
    /// @throws IllegalStateException when that is none
    public Loop current() {
        if (!(Vertx.currentContext() instanceof ContextInternal context) || !Context.isOnEventLoopThread()) {
            throw new IllegalStateException("not on an event loop");
        }
        return loops.computeIfAbsent(context.nettyEventLoop(), _ -> new Loop(context));
    }
}
