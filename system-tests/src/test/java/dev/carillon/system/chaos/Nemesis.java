package dev.carillon.system.chaos;

import dev.carillon.system.chaos.Instance.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Carries a plan out, one strike after another; what was struck comes back beside it.
///
/// No process is struck while it is down, and no broker while a copy is missing: with two of three away nothing
/// would be promised. Confined to the run's thread, but for what it starts.
final class Nemesis {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Cluster cluster;
    private final Supplier<Strike> plan;
    private final RunClock clock;
    private final Consumer<String> log;
    private final Semaphore brokers = new Semaphore(1);
    private final Semaphore rolls = new Semaphore(1);
    private final List<Thread> recoveries = new ArrayList<>();
    private final Map<Strike.Kind, Integer> counts = new EnumMap<>(Strike.Kind.class);
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Long> deaths = new CopyOnWriteArrayList<>();
    private int kills;

    /// @param plan what to do next, without end
    Nemesis(Cluster cluster, Supplier<Strike> plan, RunClock clock, Consumer<String> log) {
        this.cluster = cluster;
        this.plan = plan;
        this.clock = clock;
        this.log = log;
    }

    /// Strikes until there were so many kills, and so much time has passed; returns when all that was struck
    /// runs again.
    void rage(int leastKills, Duration leastTime) throws InterruptedException {
        var until = clock.elapsed().plus(leastTime);
        while (kills < leastKills || clock.elapsed().compareTo(until) < 0) {
            var strike = plan.get();
            TimeUnit.MILLISECONDS.sleep(strike.pause().toMillis());
            carryOut(strike);
            counts.merge(strike.kind(), 1, Integer::sum);
            kills += strike.isKill() ? 1 : 0;
        }
        for (var recovery : recoveries) {
            recovery.join();
        }
    }

    int kills() {
        return kills;
    }

    /// When services were killed, in milliseconds of the run's clock.
    List<Long> deaths() {
        return deaths;
    }

    Map<Strike.Kind, Integer> counts() {
        return counts;
    }

    /// What did not come back as it should.
    List<String> failures() {
        return failures;
    }

    private void carryOut(Strike strike) throws InterruptedException {
        switch (strike.kind()) {
            case ROLL -> beside(this::roll);
            case BROKER -> killBroker(strike);
            case KILL -> {
                var target = take(strike);
                target.kill();
                deaths.add(clock.millis());
                beside(() -> comeBack(target, strike.down()));
            }
            case RESTART -> {
                var target = take(strike);
                beside(() -> {
                    target.terminate();
                    comeBack(target, Duration.ZERO);
                });
            }
            case FREEZE -> {
                var target = take(strike);
                target.freeze();
                beside(() -> {
                    TimeUnit.MILLISECONDS.sleep(strike.down().toMillis());
                    target.thaw();
                    target.strike.release();
                });
            }
        }
    }

    private Instance take(Strike strike) throws InterruptedException {
        var target = cluster.named(strike.target());
        target.strike.acquire();
        say("%s %s, back after %d s"
                .formatted(strike.kind(), target, strike.down().toSeconds()));
        return target;
    }

    private void killBroker(Strike strike) throws InterruptedException {
        brokers.acquire();
        try {
            awaitCopies();
        } catch (IllegalStateException e) {
            failures.add(String.valueOf(e.getMessage()));
            brokers.release();
            return;
        }
        var target = take(strike);
        target.kill();
        beside(() -> {
            try {
                comeBack(target, strike.down());
                awaitCopies();
            } finally {
                brokers.release();
            }
        });
    }

    private static void comeBack(Instance target, Duration down) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(down.toMillis());
        target.start();
        target.strike.release();
    }

    private void awaitCopies() throws InterruptedException {
        long until = clock.millis() + PATIENCE.toMillis();
        while (!cluster.isReplicated()) {
            if (clock.millis() > until) {
                throw new IllegalStateException("copies are missing for " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /// As an operator would: each is ready before the next goes.
    private void roll() throws InterruptedException {
        rolls.acquire();
        try {
            for (var service : cluster.services()) {
                roll(service, service::isReady);
            }
            for (var broker : cluster.of(Kind.BROKER)) {
                brokers.acquire();
                try {
                    awaitCopies();
                    roll(broker, cluster::isReplicated);
                } finally {
                    brokers.release();
                }
            }
        } finally {
            rolls.release();
        }
    }

    private void roll(Instance target, BooleanSupplier isBack) throws InterruptedException {
        target.strike.acquire();
        try {
            say("ROLL " + target);
            target.terminate();
            target.start();
            long until = clock.millis() + PATIENCE.toMillis();
            while (!isBack.getAsBoolean() && target.isAlive() && clock.millis() < until) {
                TimeUnit.MILLISECONDS.sleep(250);
            }
        } finally {
            target.strike.release();
        }
    }

    private void say(String what) {
        log.accept("%5.1f s  %s".formatted(clock.millis() / 1000.0, what));
    }

    /// A recovery.
    private interface Recovery {
        void run() throws InterruptedException;
    }

    private void beside(Recovery recovery) {
        recoveries.add(Thread.ofVirtual().name("recovery").start(() -> {
            try {
                recovery.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }));
    }
}
