package dev.carillon.webhook.gate;

import dev.carillon.contract.Endpoint;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Queues per endpoint, and whose turn it is: endpoints one after the other by what they send (deficit round
/// robin), each as fast and as wide as it may be, fresh deliveries before retries before replays.
///
/// ```
///  offer ─ line per endpoint ─ open? ─ width ─ pace ─ all sockets and bytes ─ its host ─ next
/// ```
///
/// **Broken endpoints leave room.** What one endpoint may queue and have in flight shrinks with what is left for all
/// ([#share]): however many endpoints hang, the others find a slot, without a limit that anybody has to guess.
///
/// Safe for use by many threads: one lock, held for a few steps and never across I/O.
public final class Gate {

    /// What an endpoint may send at a turn; less counts as much, because a request has its price, too.
    private static final int QUANTUM = 16 * 1024;

    /// How many may wait per attempt that may run: who is slow need not queue much.
    private static final int QUEUE_PER_WIDTH = 64;

    private final GateLimits limits;
    private final Function<String, @Nullable Endpoint> endpoints;
    private final LongSupplier millis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();
    private final ArrayDeque<Line> ready = new ArrayDeque<>();
    private final Map<Task, String> flights = new HashMap<>();
    private final Set<String> barred = new HashSet<>();
    private final Wheel wheel = new Wheel();
    private final Hosts hosts;
    private int queued;
    private long queuedBytes;
    private long bytes;
    private volatile boolean suspended;

    /// @param endpoints finds an endpoint by its id; never waits
    /// @param millis a clock that never goes back
    public Gate(GateLimits limits, Function<String, @Nullable Endpoint> endpoints, LongSupplier millis) {
        this.limits = limits;
        this.endpoints = endpoints;
        this.millis = millis;
        this.hosts = new Hosts(limits.hostInFlight());
    }

    /// Queues a task.
    ///
    /// @return false when its endpoint has as much waiting as it may: it must wait elsewhere
    public boolean offer(Task task) {
        lock.lock();
        try {
            var line = line(task.delivery().endpoint());
            if (room(line) <= 0 || !hasRoomFor(line, task.delivery().size())) {
                forgetIfIdle(line);
                return false;
            }
            add(line, task);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Queues a task whose room was asked for before ([#room]).
    public void admit(Task task) {
        lock.lock();
        try {
            add(line(task.delivery().endpoint()), task);
        } finally {
            lock.unlock();
        }
    }

    /// How many more an endpoint may have waiting.
    public int room(String endpoint) {
        lock.lock();
        try {
            var line = line(endpoint);
            int room = room(line);
            forgetIfIdle(line);
            return room;
        } finally {
            lock.unlock();
        }
    }

    /// How many more bytes an endpoint may have waiting of what is read again: all such reading may fill half of
    /// the queue, so that what comes new finds room.
    public long roomBytes(String endpoint) {
        lock.lock();
        try {
            var line = lines.get(endpoint);
            long waiting = line == null ? 0 : line.bytes;
            return Math.max(0, (limits.queueBytes() / 2 - queuedBytes) / 4 - waiting);
        } finally {
            lock.unlock();
        }
    }

    /// How many an endpoint has waiting.
    public int waiting(String endpoint) {
        lock.lock();
        try {
            var line = lines.get(endpoint);
            return line == null ? 0 : line.waiting;
        } finally {
            lock.unlock();
        }
    }

    /// The task whose turn it is, now in flight until [#finished]; null when there is none that may start.
    public @Nullable Task next() {
        lock.lock();
        try {
            long now = millis.getAsLong();
            for (var line : wheel.due(now)) {
                line.isPlaced = false;
                makeReady(line);
                forgetIfIdle(line);
            }
            // A line whose next one is too large just now lets the others by, and keeps its place before them.
            var large = new ArrayDeque<Line>();
            var task = next(large, now);
            while (!large.isEmpty()) {
                ready.addFirst(large.removeLast());
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Task next(Deque<Line> large, long now) {
        while (!suspended && flights.size() < limits.inFlight() && !ready.isEmpty()) {
            var line = ready.removeFirst();
            if (line.isEmpty() || hasBytesFor(line)) {
                line.isPlaced = false;
                var task = turn(line, now);
                if (task != null) {
                    return task;
                }
            } else {
                large.addLast(line);
            }
        }
        return null;
    }

    /// A task that [#next] gave is no longer in flight. An ordered endpoint whose task failed gets nothing more
    /// until [#proceed].
    ///
    /// @param sign what it says about the endpoint
    /// @param took how long the attempt lasted
    public void finished(Task task, Sign sign, Duration took) {
        lock.lock();
        try {
            var host = flights.remove(task);
            if (host == null) {
                return;
            }
            bytes -= task.delivery().size();
            wake(host, hosts.leave(host));
            var line = lines.get(task.delivery().endpoint());
            if (line == null) {
                return;
            }
            if (sign == Sign.FAILED) {
                line.width.failed();
            } else {
                line.width.succeeded(took.toMillis(), line.inFlight);
            }
            line.isHeld |= sign != Sign.DELIVERED && line.terms().isOrdered();
            line.inFlight--;
            line.inFlightBytes -= task.delivery().size();
            makeReady(line);
            forgetIfIdle(line);
        } finally {
            lock.unlock();
        }
    }

    /// An endpoint that was closed may be open again.
    public void wake(String endpoint) {
        lock.lock();
        try {
            var line = lines.get(endpoint);
            if (line != null) {
                makeReady(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Somebody has decided about what failed: an ordered endpoint may go on.
    public void proceed(String endpoint) {
        lock.lock();
        try {
            var line = lines.get(endpoint);
            if (line != null) {
                line.isHeld = false;
                makeReady(line);
                forgetIfIdle(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes everything out that waits for an endpoint, in order.
    public List<Task> withdraw(String endpoint) {
        lock.lock();
        try {
            var line = lines.get(endpoint);
            if (line == null) {
                return List.of();
            }
            queued -= line.waiting;
            queuedBytes -= line.bytes;
            var tasks = line.takeAll();
            forgetIfIdle(line);
            return tasks;
        } finally {
            lock.unlock();
        }
    }

    /// The endpoints that have something waiting but want nothing; tells each once.
    public Set<String> takeBarred() {
        lock.lock();
        try {
            var taken = Set.copyOf(barred);
            barred.clear();
            return taken;
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
            for (var line : List.copyOf(lines.values())) {
                int waiting = line.waiting;
                long held = line.bytes;
                line.drop(lost);
                queued -= waiting - line.waiting;
                queuedBytes -= held - line.bytes;
                forgetIfIdle(line);
            }
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
            return flights.size();
        } finally {
            lock.unlock();
        }
    }

    /// What one endpoint may have of something that all share: its own limit, but never more than a quarter of
    /// what is free, and one in any case.
    static int share(int limit, int free) {
        return Math.max(1, Math.min(limit, free / 4));
    }

    /// One line's turn: a task, or null when it may not start one now. Then whatever it waits for brings it
    /// back.
    private @Nullable Task turn(Line line, long now) {
        var turnAt = line.hostTurn;
        line.hostTurn = null;
        var task = start(line, now);
        // A place that it was given and does not take is for the next: it may have moved to another host.
        if (turnAt != null && (task == null || !turnAt.equals(flights.get(task)))) {
            wake(turnAt, hosts.another(turnAt));
        }
        return task;
    }

    private @Nullable Task start(Line line, long now) {
        if (line.isEmpty() || line.isHeld) {
            line.credit = 0;
            forgetIfIdle(line);
            return null;
        }
        var terms = line.terms(endpoints.apply(line.endpoint));
        if (!terms.isOpen()) {
            barred.add(line.endpoint);
            return null;
        }
        int most = terms.isOrdered() ? 1 : line.width.width();
        if (line.inFlight >= share(most, limits.inFlight() - flights.size())) {
            // It has one in flight at least, whose end brings it back here.
            return null;
        }
        if (line.inFlight > 0 && line.inFlightBytes + line.nextSize() > (limits.inFlightBytes() - bytes) / 4) {
            return null; // as above
        }
        line.pace.limit(terms.rate(), now);
        if (!line.pace.hasToken(now)) {
            line.isPlaced = true;
            wheel.add(line, line.pace.nextAt());
            return null;
        }
        int cost = Math.max(QUANTUM, line.nextSize());
        line.credit += QUANTUM;
        if (line.credit < cost) {
            makeReady(line);
            return null;
        }
        if (!hosts.enter(terms.host(), line)) {
            line.isPlaced = true;
            return null;
        }
        line.credit -= cost;
        line.pace.take();
        return take(line, terms.host());
    }

    private Task take(Line line, String host) {
        var task = line.take();
        int size = task.delivery().size();
        queued--;
        queuedBytes -= size;
        bytes += size;
        line.inFlight++;
        line.inFlightBytes += size;
        flights.put(task, host);
        makeReady(line);
        return task;
    }

    private void add(Line line, Task task) {
        line.add(task);
        queued++;
        queuedBytes += task.delivery().size();
        makeReady(line);
    }

    private Line line(String endpoint) {
        var line = lines.computeIfAbsent(endpoint, id -> new Line(id, limits.endpointInFlight()));
        line.terms(endpoints.apply(endpoint));
        return line;
    }

    private int room(Line line) {
        int most = Math.min(limits.endpointQueue(), QUEUE_PER_WIDTH * line.width.width());
        return share(most, limits.queue() - queued) - line.waiting;
    }

    private boolean hasRoomFor(Line line, int size) {
        return line.bytes == 0 || line.bytes + size <= (limits.queueBytes() - queuedBytes) / 4;
    }

    private boolean hasBytesFor(Line line) {
        return flights.isEmpty() || bytes + line.nextSize() <= limits.inFlightBytes();
    }

    private void wake(String host, @Nullable Line line) {
        if (line != null) {
            line.isPlaced = false;
            line.hostTurn = host;
            if (line.isEmpty() || line.isHeld) {
                turn(line, millis.getAsLong());
            } else {
                makeReady(line);
            }
        }
    }

    private void makeReady(Line line) {
        if (!line.isPlaced && !line.isHeld && !line.isEmpty()) {
            line.isPlaced = true;
            ready.addLast(line);
        }
    }

    /// Forgets a line about which there is nothing to know: one with a limit is known until its bucket is full.
    private void forgetIfIdle(Line line) {
        if (line.isPlaced || line.isHeld || !line.isEmpty() || line.inFlight > 0) {
            return;
        }
        long now = millis.getAsLong();
        if (line.pace.fullAt() <= now) {
            lines.remove(line.endpoint);
        } else {
            line.isPlaced = true;
            wheel.add(line, line.pace.fullAt());
        }
    }
}
