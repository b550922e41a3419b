package dev.carillon.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One thread that waits for many connections. Everything that belongs to a loop is touched by its thread only;
/// others [ask][#ask].
///
/// What wants to act at a certain time says so after each turn. Selectors wait for whole milliseconds; what is
/// due sooner is waited for in short naps, which cost a little CPU. So a publisher with a high rate has a loop
/// of its own, and a swarm's loop sleeps until something arrives.
///
/// A loop that naps does not: it looks at all connections again and again, and rests in between. Whoever writes to
/// a connection on the same machine has to wake the thread that sleeps on it, which takes longer than writing;
/// clients elsewhere cost their server nothing of that kind. So it is what measures throughput fairly, and it is no
/// good for latencies shorter than its naps.
public final class Loop implements AutoCloseable {

    /// For a [Turn] that waits for nothing but input.
    static final long NEVER = Long.MAX_VALUE;

    private static final long MILLISECOND = 1_000_000;
    private static final long NAP = 50_000;

    /// Told when its connection can be read or written.
    interface Handler {
        void ready(SelectionKey key);
    }

    /// Acts once per turn of the loop.
    interface Turn {
        /// @return in how many nanoseconds it wants the next turn at the latest, or [#NEVER]
        long turn(long now);
    }

    private final Selector selector;
    private final Thread thread;
    private final Wire wire = new Wire();
    private final List<Turn> turns = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Consumer<SelectionKey> dispatch = Loop::dispatch;
    private final long nap;
    private volatile boolean closed;

    /// A loop that sleeps until something arrives.
    public Loop(String name) {
        this(name, Duration.ZERO);
    }

    /// @param nap how long it rests before it looks again; zero to sleep until something arrives
    public Loop(String name, Duration nap) {
        this.nap = nap.toNanos();
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /// What the loop's thread answers. Not for the thread itself.
    public <T> T ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        tell(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        while (true) {
            try {
                return answer.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                if (!thread.isAlive()) {
                    throw new IllegalStateException("the loop has ended", e);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("the loop could not answer", e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /// Lets the loop's thread do something. Safe for use by many threads.
    void tell(Runnable task) {
        if (closed) {
            throw new IllegalStateException("the loop is closed");
        }
        tasks.add(task);
        selector.wakeup();
    }

    /// The thread, for those who want to know what it costs.
    public Thread thread() {
        return thread;
    }

    Wire wire() {
        return wire;
    }

    void add(Turn turn) {
        turns.add(turn);
    }

    void remove(Turn turn) {
        turns.remove(turn);
    }

    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        return channel.register(selector, operations, handler);
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                await(turn());
            }
            for (var key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long turn() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        long wait = NEVER;
        // By index: a turn may be its last.
        for (int i = turns.size() - 1; i >= 0; i--) {
            wait = Math.min(wait, turns.get(i).turn(System.nanoTime()));
        }
        return wait;
    }

    private void await(long nanos) throws IOException {
        if (nap > 0) {
            LockSupport.parkNanos(Math.min(nanos, nap));
            selector.selectNow(dispatch);
        } else if (nanos == NEVER) {
            selector.select(dispatch);
        } else if (nanos >= MILLISECOND) {
            selector.select(dispatch, nanos / MILLISECOND);
        } else {
            if (nanos > 0) {
                LockSupport.parkNanos(Math.min(nanos, NAP));
            }
            selector.selectNow(dispatch);
        }
    }

    private static void dispatch(SelectionKey key) {
        ((Handler) key.attachment()).ready(key);
    }
}
