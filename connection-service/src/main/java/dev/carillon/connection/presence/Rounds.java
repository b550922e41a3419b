package dev.carillon.connection.presence;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has many ask the same at the price of one: while a question is open, whoever comes waits for the next one,
/// and shares its answer. So every answer is to a question that was asked after whoever gets it came.
///
/// Safe for use by many threads: one lock, never held while something is asked.
///
/// @param <K> what is asked about
/// @param <T> the answer
final class Rounds<K, T> {

    /// The question that is open about a key, and whoever waits for the next.
    private static final class Round<T> {
        private @Nullable CompletableFuture<T> next;
    }

    private final Map<K, Round<T>> open = new HashMap<>();

    /// Asks, now or as soon as the open question is answered. What it gives may be cancelled, and nobody else who
    /// waits is concerned.
    CompletionStage<T> join(K key, Supplier<CompletionStage<T>> ask) {
        var mine = new CompletableFuture<T>();
        synchronized (open) {
            var round = open.get(key);
            if (round != null) {
                round.next = round.next == null ? mine : round.next;
                return round.next.copy();
            }
            open.put(key, new Round<>());
        }
        begin(key, mine, ask);
        return mine.copy();
    }

    private void begin(K key, CompletableFuture<T> answer, Supplier<CompletionStage<T>> ask) {
        var _ = ask.get().whenComplete((value, failure) -> {
            end(key, ask);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    private void end(K key, Supplier<CompletionStage<T>> ask) {
        CompletableFuture<T> next;
        synchronized (open) {
            var round = open.get(key);
            next = round == null ? null : round.next;
            if (next == null) {
                open.remove(key);
            } else {
                open.put(key, new Round<>());
            }
        }
        if (next != null) {
            begin(key, next, ask);
        }
    }
}
