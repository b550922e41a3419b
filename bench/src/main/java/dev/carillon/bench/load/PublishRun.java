package dev.carillon.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/// One run of a publisher: decides when the next request is due. It ends when everything is answered, or when
/// for a while nothing has been. Confined to its loop.
final class PublishRun implements Loop.Turn {

    /// In nanoseconds; far enough from the largest number to be added to a time.
    static final long NEVER = Long.MAX_VALUE / 2;

    private static final double SECOND = 1e9;
    private static final long SOON = 1_000_000;
    private static final long PATIENCE = 10_000_000_000L;

    private final Publisher publisher;
    private final Pace pace;
    private final long requests;
    private final long time;
    private final Histogram latency = Tally.histogram();
    private final Histogram complete = Tally.histogram();
    private final Map<Integer, Long> refused = new TreeMap<>();
    private final CompletableFuture<Published> done = new CompletableFuture<>();
    private long began;
    private long last;
    private long sent;
    private long accepted;
    private long base;
    private long completed;
    private long[] sendTimes = {};

    /// @param requests at most so many
    /// @param time at most so many nanoseconds
    PublishRun(Publisher publisher, Pace pace, long requests, long time) {
        this.publisher = publisher;
        this.pace = pace;
        this.requests = requests;
        this.time = time;
    }

    void begin() {
        began = System.nanoTime();
        last = began;
        if (pace instanceof Pace.Window window) {
            base = window.delivered().getAsLong();
            sendTimes = new long[window.events() + publisher.plan().batch()];
        }
    }

    CompletableFuture<Published> done() {
        return done;
    }

    @Override
    public long turn(long now) {
        if (done.isDone()) {
            return Loop.NEVER;
        }
        long wait =
                switch (pace) {
                    case Pace.Rate(double perSecond) ->
                        scheduled(now, perSecond / publisher.plan().batch());
                    case Pace.FlatOut _ -> flatOut(now);
                    case Pace.Window window -> windowed(now, window);
                };
        if (isOver(now) && ((publisher.areAllIdle() && incomplete() == 0) || now - last > PATIENCE)) {
            finish(now);
            return Loop.NEVER;
        }
        return Math.min(wait, isOver(now) ? SOON : began + Math.min(time, NEVER) - now);
    }

    void answered(int status, long intended) {
        long now = System.nanoTime();
        last = now;
        if (status >= 200 && status < 300) {
            accepted++;
            Tally.record(latency, now - intended);
        } else {
            refused.merge(status, 1L, Long::sum);
        }
    }

    private boolean isOver(long now) {
        return sent >= requests || now - began >= time;
    }

    private long incomplete() {
        return pace instanceof Pace.Window ? sent * publisher.plan().batch() - completed : 0;
    }

    private long scheduled(long now, double perSecond) {
        long late = now;
        long due = due(perSecond);
        while (due <= late && sent < requests && due - began < time && publisher.isAnyIdle()) {
            send(due);
            due = due(perSecond);
            late = System.nanoTime();
        }
        // Without a free connection the next answer brings the next turn.
        return publisher.isAnyIdle() ? due - late : Loop.NEVER;
    }

    private long due(double perSecond) {
        return began + (long) (sent * SECOND / perSecond);
    }

    private long flatOut(long now) {
        while (!isOver(now) && publisher.isAnyIdle()) {
            send(System.nanoTime());
        }
        return Loop.NEVER;
    }

    private long windowed(long now, Pace.Window window) {
        long arrived = (window.delivered().getAsLong() - base) / window.perEvent();
        int batch = publisher.plan().batch();
        while (completed < arrived && completed < sent * batch) {
            Tally.record(complete, now - sendTimes[(int) (completed % sendTimes.length)]);
            completed++;
            last = now;
        }
        while (!isOver(now) && publisher.isAnyIdle() && sent * batch - completed < window.events()) {
            long time = System.nanoTime();
            for (int i = 0; i < batch; i++) {
                sendTimes[(int) ((sent * batch + i) % sendTimes.length)] = time;
            }
            send(time);
        }
        return SOON;
    }

    private void send(long intended) {
        sent++;
        publisher.send(intended);
    }

    private void finish(long now) {
        long unsent = 0;
        if (pace instanceof Pace.Rate(double perSecond)) {
            double wanted = requests < Long.MAX_VALUE
                    ? requests
                    : Math.ceil(time / SECOND * perSecond / publisher.plan().batch());
            unsent = (long) wanted - sent;
        }
        int batch = publisher.plan().batch();
        // A run that was cut short by its time lasted that long, or until the last answer.
        long nanos = Math.max(last, sent >= requests ? last : Math.min(now, began + time)) - began;
        done.complete(new Published(
                accepted * batch, refused, Math.max(0, unsent) * batch, incomplete(), latency, complete, nanos));
    }
}
