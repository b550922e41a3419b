package dev.carillon.connection.publish;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.Channel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gives a repeated publish the answer of the first one, as long as both come to this node. (Repeats that go to
/// other nodes are appended again, and dropped behind the log by their key.)
///
/// A repeat that comes while the first is still under way waits for its outcome. A first that failed is
/// forgotten: the next with its key is a first again. What a repeat brings is not compared with what the first
/// brought.
///
/// Safe for use by many threads: one lock around a small map, never held while anything is awaited.
@Singleton
public final class Repeats {

    private final Clock clock;
    private final Duration window;
    private final int capacity;
    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>();

    @Inject
    Repeats(ConnectionConfig config) {
        this(Clock.systemUTC(), config.idempotencyWindow(), config.idempotencyCapacity());
    }

    Repeats(Clock clock, Duration window, int capacity) {
        this.clock = clock;
        this.window = window;
        this.capacity = capacity;
    }

    private record Key(Channel channel, String key) {}

    private record Entry(Instant since, CompletableFuture<Published> answer) {}

    /// Runs `publish`, unless the same was done lately; then it gives that answer. Who does not want to know it
    /// any more may cancel what it got, and nobody else is concerned.
    public CompletionStage<Published> once(
            Channel channel, String idempotencyKey, Supplier<CompletionStage<Published>> publish) {
        var key = new Key(channel, idempotencyKey);
        var mine = new Entry(clock.instant(), new CompletableFuture<>());
        var first = claim(key, mine);
        if (first != null) {
            return first.answer().copy();
        }
        var _ = publish.get().whenComplete((answer, failure) -> {
            if (failure == null) {
                mine.answer().complete(answer);
            } else {
                forget(key, mine);
                mine.answer().completeExceptionally(failure);
            }
        });
        return mine.answer().copy();
    }

    /// How many keys are remembered.
    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }

    /// @return who came before, or null when `mine` is the first
    private @Nullable Entry claim(Key key, Entry mine) {
        synchronized (entries) {
            dropOld(mine.since());
            var first = entries.putIfAbsent(key, mine);
            if (first == null && entries.size() > capacity) {
                entries.pollFirstEntry();
            }
            return first;
        }
    }

    /// Entries stand in the order of their age.
    private void dropOld(Instant now) {
        var limit = now.minus(window);
        for (var eldest = entries.firstEntry();
                eldest != null && eldest.getValue().since().isBefore(limit);
                eldest = entries.firstEntry()) {
            entries.pollFirstEntry();
        }
    }

    private void forget(Key key, Entry failed) {
        synchronized (entries) {
            entries.remove(key, failed);
        }
    }
}
