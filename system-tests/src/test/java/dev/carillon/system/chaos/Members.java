package dev.carillon.system.chaos;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Who is in the rooms, as the subscribers themselves know it: by name, the id of the connection that each has
/// now.
///
/// Safe for use by many threads.
final class Members {

    private final Map<String, String> clients = new ConcurrentHashMap<>();

    void in(String name, String client) {
        clients.put(name, client);
    }

    void out(String name) {
        clients.remove(name);
    }

    Set<String> clients() {
        return new TreeSet<>(clients.values());
    }
}
