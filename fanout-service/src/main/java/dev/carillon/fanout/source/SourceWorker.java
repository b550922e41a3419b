package dev.carillon.fanout.source;

import dev.carillon.contract.TelemetryNames;
import dev.carillon.fanout.source.SourceView.Reading;
import dev.carillon.fanout.source.SourceView.State;
import dev.carillon.kit.LogScope;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads one source on a platform thread of its own, through one [SourceSession] after another: a failure ends
/// one, and after a while begins the next.
///
/// Safe for use by many threads.
final class SourceWorker {

    private static final Logger LOG = Logger.getLogger(SourceWorker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Source source;
    private final Supplier<SourceSession> sessions;
    private final SourceMeters meters;
    private final long commitInterval;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<String> anew = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile List<Reading> readings = List.of();
    private volatile boolean joined;
    private volatile String missing = "";
    private volatile String failure = "";

    /// @param sessions joins the group
    SourceWorker(Source source, Supplier<SourceSession> sessions, SourceMeters meters, Duration commitInterval) {
        this.source = source;
        this.sessions = sessions;
        this.meters = meters;
        this.commitInterval = commitInterval.toNanos();
        this.thread =
                Thread.ofPlatform().daemon().name("source-" + source.name()).unstarted(this::run);
    }

    Source source() {
        return source;
    }

    void start() {
        thread.start();
    }

    /// Ends soon; see [#join()].
    void close() {
        stop.countDown();
    }

    void join() {
        try {
            // By milliseconds, because this one is content with a thread that never started.
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What it waits for, for people; empty when all of its topics are there.
    void missing(String what) {
        if (!what.equals(missing) && !what.isEmpty()) {
            LOG.warnf("source %s: %s", source.name(), what);
        }
        missing = what;
    }

    /// The topics were deleted and made anew: offsets count from 0 again.
    void madeAnew(Set<String> topics) {
        anew.addAll(topics);
    }

    long lag() {
        return readings.stream()
                .mapToLong(reading -> Math.max(0, reading.lag()))
                .sum();
    }

    /// What is not as it should be, for people; empty when all is well.
    String trouble() {
        return failure.isEmpty() ? missing : failure;
    }

    SourceView view() {
        var pattern = source.pattern();
        var trouble = trouble();
        @Nullable String detail = trouble.isEmpty() ? null : trouble;
        return new SourceView(
                source.name(),
                source.group(),
                pattern == null ? source.topics() : List.of(pattern.pattern()),
                state(),
                detail,
                readings,
                lag(),
                (long) meters.mapped.count(),
                meters.deadLettered());
    }

    private State state() {
        if (stop.getCount() == 0) {
            return State.STOPPED;
        }
        if (!failure.isEmpty()) {
            return State.FAILING;
        }
        if (!missing.isEmpty()) {
            return State.WAITING;
        }
        return joined ? State.RUNNING : State.STARTING;
    }

    private void run() {
        try (var _ = LogScope.of(TelemetryNames.SOURCE, source.name())) {
            var pause = FIRST_PAUSE;
            while (stop.getCount() > 0) {
                long began = System.nanoTime();
                serve();
                boolean lasted = System.nanoTime() - began > LONGEST_PAUSE.toNanos();
                pause = lasted ? FIRST_PAUSE : pause;
                if (stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Until the end, or until something fails.
    private void serve() {
        try (var session = sessions.get()) {
            long began = System.nanoTime();
            long committed = began;
            long looked = began - LOOK.toNanos();
            while (stop.getCount() > 0) {
                session.turn();
                startOver(session);
                long now = System.nanoTime();
                if (now - committed >= commitInterval) {
                    committed = now;
                    session.commitLater();
                }
                if (now - looked >= LOOK.toNanos()) {
                    looked = now;
                    look(session, now - began);
                }
            }
        } catch (RuntimeException e) {
            failure = "is tried again after a failure: " + reason(e);
            LOG.warn("source cannot be read or written, tried again", e);
        } finally {
            joined = false;
            readings = List.of();
        }
    }

    private void startOver(SourceSession session) {
        if (!anew.isEmpty()) {
            var topics = new HashSet<>(anew);
            session.startOver(topics);
            anew.removeAll(topics);
        }
    }

    private void look(SourceSession session, long age) {
        joined = session.isJoined();
        readings = session.readings();
        if (joined && age > SETTLED.toNanos()) {
            failure = "";
        }
    }

    private static String reason(Throwable fault) {
        var cause = fault.getCause();
        return String.valueOf((cause == null ? fault : cause).getMessage());
    }
}
