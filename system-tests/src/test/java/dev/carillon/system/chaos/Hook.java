package dev.carillon.system.chaos;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Somebody's server, to which webhooks come: takes an event at any time and in any order, and refuses one in
/// twenty at first.
///
/// Safe for use by many threads.
final class Hook implements AutoCloseable {

    private static final int REFUSED_ONE_IN = 20;

    private final Account account;
    private final HttpReceiver receiver = HttpReceiver.start(this::answer);
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> others = ConcurrentHashMap.newKeySet();
    private final Map<String, String> ids = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<String> troubles = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();

    Hook(Account account) {
        this.account = account;
    }

    URI url() {
        return receiver.url("/hook");
    }

    private Answer answer(Received request) {
        if (requests.incrementAndGet() % 1_000 == 0) {
            // Long runs: we keep what we need ourselves.
            receiver.forget();
        }
        var body = Load.parse(request.text());
        var key = Load.keyOf(body.path("data"));
        var channel = body.path("data").path("channel").asText();
        if (!account.channels.contains(channel)) {
            others.add(key);
            return Answer.of(204);
        }
        if (Math.floorMod(key.hashCode(), REFUSED_ONE_IN) == 0 && refused.add(key)) {
            return Answer.of(500);
        }
        var id = String.valueOf(request.header("webhook-id"));
        var before = ids.putIfAbsent(key, id);
        if (before != null && !before.equals(id)) {
            troubles.add("event %s came with two ids: %s and %s".formatted(key, before, id));
        }
        account.event(channel, key, 0);
        return Answer.of(204);
    }

    /// Keys of events on channels that nobody watches.
    Set<String> others() {
        return others;
    }

    Iterable<String> troubles() {
        return troubles;
    }

    @Override
    public void close() {
        receiver.close();
    }
}
