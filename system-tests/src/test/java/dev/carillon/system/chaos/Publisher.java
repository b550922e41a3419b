package dev.carillon.system.chaos;

import dev.carillon.system.chaos.Press.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Somebody who publishes one event after another, each until it is acknowledged, and writes down what became
/// of them.
///
/// Works on a virtual thread of its own.
final class Publisher implements AutoCloseable {

    /// Repeats must come within the five minutes for which idempotency keys are remembered.
    private static final Duration REPEATING = Duration.ofMinutes(4);

    private static final long LEAST_PAUSE_MILLIS = 50;
    private static final long MOST_PAUSE_MILLIS = 400;

    private final String name;
    private final Press press;
    private final RandomGenerator random;
    private final RunClock clock;
    private final List<Published> ledger = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    private Publisher(String name, Press press, RandomGenerator random, RunClock clock) {
        this.name = name;
        this.press = press;
        this.random = random;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    static Publisher start(String name, Press press, RandomGenerator random, RunClock clock) {
        var publisher = new Publisher(name, press, random, clock);
        publisher.thread.start();
        return publisher;
    }

    private void run() {
        try (press) {
            long number = 0;
            do {
                var channel = Load.CHANNELS.get(random.nextInt(Load.CHANNELS.size()));
                publish(channel, name + "-" + ++number);
            } while (!pause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void publish(String channel, String key) throws InterruptedException {
        // Should we be interrupted, it is in the ledger all the same.
        write(Published.uncertain(key, channel));
        long until = clock.millis() + REPEATING.toMillis();
        var outcome = press.publish(channel, key);
        while (outcome == Outcome.AGAIN && clock.millis() < until) {
            TimeUnit.MILLISECONDS.sleep(random.nextLong(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS));
            outcome = press.publish(channel, key);
        }
        if (outcome == Outcome.ACKNOWLEDGED) {
            correct(Published.acknowledged(key, channel, clock.millis()));
        }
    }

    private boolean pause() throws InterruptedException {
        return stop.await(random.nextLong(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }

    private void write(Published entry) {
        synchronized (ledger) {
            ledger.add(entry);
        }
    }

    private void correct(Published entry) {
        synchronized (ledger) {
            ledger.set(ledger.size() - 1, entry);
        }
    }

    List<Published> ledger() {
        synchronized (ledger) {
            return List.copyOf(ledger);
        }
    }

    /// What made it give up; nothing should.
    @Nullable
    Throwable failure() {
        return failure;
    }

    /// Publishes what is begun, and no more.
    void finish() {
        stop.countDown();
    }

    boolean isFinished() {
        return !thread.isAlive();
    }

    @Override
    public void close() {
        finish();
        thread.interrupt();
    }
}
