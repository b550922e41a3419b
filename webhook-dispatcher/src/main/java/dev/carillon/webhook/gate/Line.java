package dev.carillon.webhook.gate;

import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/// What waits for one endpoint. Guarded by the gate's lock.
final class Line {

    /// One turn in so many goes to the last lane, so that a stream of fresh deliveries does not starve the
    /// others.
    private static final int TURNS = 8;

    final String endpoint;
    private final Map<Lane, ArrayDeque<Task>> lanes = new EnumMap<>(Lane.class);
    int inFlight;
    boolean isReady;
    private int turn;

    Line(String endpoint) {
        this.endpoint = endpoint;
    }

    void add(Task task) {
        lanes.computeIfAbsent(task.delivery().lane(), _ -> new ArrayDeque<>()).add(task);
    }

    /// Takes the next one; there must be one.
    Task take() {
        boolean lastFirst = ++turn % TURNS == 0;
        Lane chosen = null;
        for (var lane : lanes.keySet()) {
            chosen = chosen == null || lastFirst ? lane : chosen;
        }
        var tasks = chosen == null ? null : lanes.get(chosen);
        if (tasks == null) {
            throw new IllegalStateException("nothing waits");
        }
        var task = tasks.removeFirst();
        if (tasks.isEmpty()) {
            lanes.remove(chosen);
        }
        return task;
    }

    /// @return how many were dropped
    int drop(Ownership lost) {
        int before = waiting();
        lanes.values().forEach(tasks -> tasks.removeIf(task -> task.ownership() == lost));
        lanes.values().removeIf(ArrayDeque::isEmpty);
        return before - waiting();
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    int waiting() {
        return lanes.values().stream().mapToInt(ArrayDeque::size).sum();
    }
}
