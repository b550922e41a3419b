package dev.carillon.webhook.gate;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many attempts are in flight at each server, and which lines wait for one of them to end. Guarded by the
/// gate's lock.
final class Hosts {

    private final int limit;
    private final Map<String, Host> hosts = new HashMap<>();

    private static final class Host {
        private final ArrayDeque<Line> waiting = new ArrayDeque<>();
        private int inFlight;
    }

    Hosts(int limit) {
        this.limit = limit;
    }

    /// Takes a place at a server; when there is none, the line waits there.
    boolean enter(String name, Line line) {
        var host = hosts.computeIfAbsent(name, _ -> new Host());
        if (host.inFlight >= limit && !name.isEmpty()) {
            host.waiting.addLast(line);
            return false;
        }
        host.inFlight++;
        return true;
    }

    /// Gives a place back.
    ///
    /// @return the line that waited longest for it, or null
    @Nullable
    Line leave(String name) {
        var host = hosts.get(name);
        if (host == null) {
            return null;
        }
        host.inFlight--;
        var next = host.waiting.pollFirst();
        if (host.inFlight == 0 && host.waiting.isEmpty()) {
            hosts.remove(name);
        }
        return next;
    }

    /// The next line that waits, when the one before it did not take its turn.
    @Nullable
    Line another(String name) {
        var host = hosts.get(name);
        return host == null || host.inFlight >= limit ? null : host.waiting.pollFirst();
    }
}
