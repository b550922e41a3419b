package dev.carillon.system.chaos;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Other people's servers, good and bad, each on a path of its own, and what they remember of what came.
///
/// Safe for use by many threads.
final class Servers implements AutoCloseable {

    /// How a server behaves.
    enum Manner {
        /// Takes everything at once.
        HEALTHY,
        /// Takes its time.
        SLOW,
        /// Refuses one event in ten when it comes first.
        FLAKY,
        /// Takes events in their order only, and refuses one in forty when it comes first: all others wait then.
        ORDERED,
        /// Refuses everything until it is healed.
        BROKEN,
        /// Refuses everything.
        DEAD
    }

    /// What one server remembers.
    private static final class Memory {
        private final Map<String, List<Long>> taken = new LinkedHashMap<>();
        private final Map<String, String> ids = new LinkedHashMap<>();
        private final Set<String> others = ConcurrentHashMap.newKeySet();
        private final Set<String> refused = ConcurrentHashMap.newKeySet();
    }

    private static final int FORGET_EVERY = 1_000;

    private final RunClock clock;
    private final Map<String, Manner> manners;
    private final Map<String, Memory> memories = new ConcurrentHashMap<>();
    private final HttpReceiver receiver;
    private final CopyOnWriteArrayList<String> troubles = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean isHealed;

    /// @param manners by name
    Servers(RunClock clock, Map<String, Manner> manners) {
        this.clock = clock;
        this.manners = Map.copyOf(manners);
        this.manners.keySet().forEach(name -> memories.put(name, new Memory()));
        this.receiver = HttpReceiver.start(this::answer);
    }

    Set<String> names() {
        return manners.keySet();
    }

    Manner manner(String name) {
        return manners.getOrDefault(name, Manner.HEALTHY);
    }

    URI url(String name) {
        return receiver.url("/" + name);
    }

    /// From now on what was broken takes everything.
    void heal() {
        isHealed = true;
    }

    /// Keys of events on channels that nobody measures, which came to this server, whatever it answered.
    Set<String> others(String name) {
        return memory(name).others;
    }

    /// What a server took, in the order in which it took each first, and when it did, in milliseconds of the
    /// run's clock. For when nothing comes any more.
    Map<String, List<Long>> taken(String name) {
        var memory = memory(name);
        synchronized (memory) {
            return new LinkedHashMap<>(memory.taken);
        }
    }

    List<String> troubles() {
        return new ArrayList<>(troubles);
    }

    private Answer answer(Received request) {
        long now = clock.millis();
        if (requests.incrementAndGet() % FORGET_EVERY == 0) {
            // Long runs: what is needed is remembered here.
            receiver.forget();
        }
        var name = request.path().substring(1);
        var memory = memory(name);
        var data = Load.parse(request.text()).path("data");
        var key = Load.keyOf(data);
        if (!Load.CHANNELS.contains(data.path("channel").asText())) {
            memory.others.add(key);
            return Answer.of(204);
        }
        if (refuses(name, key)) {
            return Answer.of(500);
        }
        take(name, memory, key, now, String.valueOf(request.header("webhook-id")));
        return Answer.of(204);
    }

    private boolean refuses(String name, String key) {
        return switch (manner(name)) {
            case HEALTHY -> false;
            case SLOW -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + Math.floorMod(key.hashCode(), 300)));
                yield false;
            }
            case FLAKY -> Math.floorMod(key.hashCode(), 10) == 0 && isFirst(name, key);
            case ORDERED -> Math.floorMod(key.hashCode(), 40) == 0 && isFirst(name, key);
            case BROKEN -> !isHealed;
            case DEAD -> true;
        };
    }

    private boolean isFirst(String name, String key) {
        return memory(name).refused.add(key);
    }

    private void take(String name, Memory memory, String key, long when, String id) {
        synchronized (memory) {
            memory.taken.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(when);
            var before = memory.ids.putIfAbsent(key, id);
            if (before != null && !before.equals(id)) {
                troubles.add("%s got event %s with two ids: %s and %s".formatted(name, key, before, id));
            }
        }
    }

    private Memory memory(String name) {
        return memories.computeIfAbsent(name, _ -> new Memory());
    }

    @Override
    public void close() {
        receiver.close();
    }
}
