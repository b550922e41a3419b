package dev.carillon.webhook.gate;

import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Queues per endpoint, and whose turn it is: endpoints one after the other, each within its limits, fresh
/// deliveries before retries before replays.
///
/// **Broken endpoints leave room.** What one endpoint may queue and have in flight shrinks with what is left for all
/// ([#share]): however many endpoints hang, the others find a slot, without a limit that anybody has to guess.
///
/// Safe for use by many threads: one lock, held for a few steps and never across I/O.
public final class Gate {

    private final GateLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();
    private final ArrayDeque<Line> ready = new ArrayDeque<>();
    private int queued;
    private int inFlight;
    private volatile boolean suspended;

    public Gate(GateLimits limits) {
        this.limits = limits;
    }

    /// Queues a task.
    ///
    /// @return false when its endpoint has as many waiting as it may: it must wait elsewhere
    public boolean offer(Task task) {
        lock.lock();
        try {
            var line = lines.computeIfAbsent(task.delivery().endpoint(), Line::new);
            if (line.waiting() >= share(limits.endpointQueue(), limits.queue() - queued)) {
                forgetIfIdle(line);
                return false;
            }
            line.add(task);
            queued++;
            makeReady(line);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The task whose turn it is, now in flight until [#finished]; null when there is none that may start.
    public @Nullable Task next() {
        lock.lock();
        try {
            while (!suspended && inFlight < limits.inFlight() && !ready.isEmpty()) {
                var line = ready.removeFirst();
                line.isReady = false;
                var task = line.isEmpty() ? null : start(line);
                if (task != null) {
                    return task;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// A task that [#next] gave is no longer in flight.
    public void finished(Task task) {
        lock.lock();
        try {
            var line = lines.get(task.delivery().endpoint());
            inFlight--;
            if (line != null) {
                line.inFlight--;
                makeReady(line);
                forgetIfIdle(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nothing starts until [#resume].
    public void suspend() {
        suspended = true;
    }

    public void resume() {
        suspended = false;
    }

    /// Forgets what waits under an ownership that is lost.
    public void drop(Ownership lost) {
        lock.lock();
        try {
            for (var line : lines.values()) {
                queued -= line.drop(lost);
            }
            lines.values().removeIf(line -> line.isEmpty() && line.inFlight == 0);
        } finally {
            lock.unlock();
        }
    }

    public int queued() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }

    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /// What one endpoint may have of something that all share: its own limit, but never more than a quarter of
    /// what is free, and one in any case.
    static int share(int limit, int free) {
        return Math.max(1, Math.min(limit, free / 4));
    }

    private @Nullable Task start(Line line) {
        if (line.inFlight >= share(limits.endpointInFlight(), limits.inFlight() - inFlight)) {
            // It has one in flight at least, whose end brings it back here.
            return null;
        }
        var task = line.take();
        queued--;
        inFlight++;
        line.inFlight++;
        makeReady(line);
        return task;
    }

    private void makeReady(Line line) {
        if (!line.isReady && !line.isEmpty()) {
            line.isReady = true;
            ready.addLast(line);
        }
    }

    private void forgetIfIdle(Line line) {
        if (line.isEmpty() && line.inFlight == 0) {
            lines.remove(line.endpoint);
        }
    }
}
