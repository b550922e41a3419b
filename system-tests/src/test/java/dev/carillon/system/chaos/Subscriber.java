package dev.carillon.system.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Somebody who listens for as long as the run takes: comes back to any node whenever it is thrown off, and now
/// and then goes away by itself, without a word, as clients do that lose their network.
///
/// Works on a virtual thread of its own.
final class Subscriber implements AutoCloseable {

    private static final long LEAST_STAY_MILLIS = 10_000;
    private static final long MOST_STAY_MILLIS = 60_000;
    private static final long LEAST_PAUSE_MILLIS = 50;
    private static final long MOST_PAUSE_MILLIS = 500;

    private final Account account;
    private final Line line;
    private final List<Instance> nodes;
    private final RandomGenerator random;
    private final RunClock clock;
    private final AtomicBoolean restless = new AtomicBoolean(true);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    private Subscriber(Account account, Line line, List<Instance> nodes, RandomGenerator random, RunClock clock) {
        this.account = account;
        this.line = line;
        this.nodes = nodes;
        this.random = random;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name(account.name).unstarted(this::run);
    }

    static Subscriber start(Account account, Line line, List<Instance> nodes, RandomGenerator random, RunClock clock) {
        var subscriber = new Subscriber(account, line, nodes, random, clock);
        subscriber.thread.start();
        return subscriber;
    }

    private void run() {
        try {
            do {
                listenOnce();
            } while (!stop.await(random.nextLong(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void listenOnce() throws InterruptedException {
        long until = clock.millis() + random.nextLong(LEAST_STAY_MILLIS, MOST_STAY_MILLIS);
        var node = nodes.get(random.nextInt(nodes.size()));
        try {
            line.listen(node, () -> stop.getCount() == 0 || (restless.get() && clock.millis() > until));
            account.ended("left");
        } catch (IOException e) {
            account.ended(String.valueOf(e.getMessage()));
        }
    }

    /// Goes away by itself no more.
    void settle() {
        restless.set(false);
    }

    Account account() {
        return account;
    }

    Map<String, Integer> endings() {
        return account.endings();
    }

    /// What made it give up: a server that breaks the protocol, or a mistake of ours.
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
    }
}
