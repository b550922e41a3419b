package dev.carillon.webhook.intake;

import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Tasks that fall due within seconds, in memory, the next one first. Bounded: whoever finds it full uses a
/// retry topic. Confined to the intake thread.
final class Holding {

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(task -> task.delivery().due()));
    private final int capacity;

    Holding(int capacity) {
        this.capacity = capacity;
    }

    /// @return false when it is full
    boolean add(Task task) {
        return tasks.size() < capacity && tasks.add(task);
    }

    /// The next task that is due, or null.
    @Nullable
    Task take(Instant now) {
        var first = tasks.peek();
        return first != null && !first.delivery().due().isAfter(now) ? tasks.poll() : null;
    }

    void drop(Ownership lost) {
        tasks.removeIf(task -> task.ownership() == lost);
    }

    boolean hasRoom() {
        return tasks.size() < capacity;
    }

    int size() {
        return tasks.size();
    }
}
