package dev.carillon.webhook.gate;

import dev.carillon.contract.Endpoint;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What waits for one endpoint, and how that one is doing. Guarded by the gate's lock.
final class Line {

    /// One turn in so many goes to the last lane, so that a stream of fresh deliveries does not starve the
    /// others.
    private static final int TURNS = 8;

    final String endpoint;
    final Pace pace = new Pace();
    final Width width;
    private final Map<Lane, ArrayDeque<Task>> lanes = new EnumMap<>(Lane.class);
    private @Nullable Endpoint known;
    private Terms terms = Terms.UNKNOWN;
    int inFlight;
    long inFlightBytes;
    int waiting;
    long bytes;
    /// What it may send before it is the next one's turn.
    long credit;
    /// It has a place in the gate: among those that are ready, on the wheel, or at its host.
    boolean isPlaced;
    /// Ordered, and the first one failed: nothing goes until somebody has decided about that.
    boolean isHeld;
    /// The server at which it got a place to wait for, until it is its turn.
    @Nullable
    String hostTurn;

    private int turn;

    Line(String endpoint, int mostInFlight) {
        this.endpoint = endpoint;
        this.width = new Width(mostInFlight);
    }

    /// The terms as they are now. The table keeps an endpoint until it changes, so identity tells whether it did.
    @SuppressWarnings("ReferenceEquality")
    Terms terms(@Nullable Endpoint now) {
        if (now != known) {
            known = now;
            terms = now == null ? Terms.UNKNOWN : Terms.of(now);
        }
        return terms;
    }

    Terms terms() {
        return terms;
    }

    void add(Task task) {
        // What is ordered goes as it came, whatever lane it is for.
        var lane = terms.isOrdered() ? Lane.FRESH : task.delivery().lane();
        lanes.computeIfAbsent(lane, _ -> new ArrayDeque<>()).add(task);
        waiting++;
        bytes += task.delivery().size();
    }

    /// The size of the next one; there must be one.
    int nextSize() {
        return deque(next(turn + 1)).getFirst().delivery().size();
    }

    /// Takes the next one; there must be one.
    Task take() {
        var lane = next(++turn);
        var tasks = deque(lane);
        var task = tasks.removeFirst();
        if (tasks.isEmpty()) {
            lanes.remove(lane);
        }
        waiting--;
        bytes -= task.delivery().size();
        return task;
    }

    /// All that waits, in the order in which it would have gone lane by lane; nothing waits then.
    List<Task> takeAll() {
        var all = new ArrayList<Task>();
        lanes.values().forEach(all::addAll);
        lanes.clear();
        waiting = 0;
        bytes = 0;
        return all;
    }

    void drop(Ownership lost) {
        lanes.values()
                .forEach(tasks -> tasks.removeIf(task -> {
                    boolean isLost = task.ownership() == lost;
                    if (isLost) {
                        waiting--;
                        bytes -= task.delivery().size();
                    }
                    return isLost;
                }));
        lanes.values().removeIf(ArrayDeque::isEmpty);
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    private Lane next(int number) {
        boolean lastFirst = number % TURNS == 0;
        Lane chosen = null;
        for (var lane : lanes.keySet()) {
            chosen = chosen == null || lastFirst ? lane : chosen;
        }
        if (chosen == null) {
            throw new IllegalStateException("nothing waits");
        }
        return chosen;
    }

    private ArrayDeque<Task> deque(Lane lane) {
        var tasks = lanes.get(lane);
        if (tasks == null) {
            throw new IllegalStateException("nothing waits");
        }
        return tasks;
    }
}
