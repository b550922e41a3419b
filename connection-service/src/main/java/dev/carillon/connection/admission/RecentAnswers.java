package dev.carillon.connection.admission;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What the application said lately. Bounded: the oldest is forgotten first.
///
/// Safe for use by many threads: one lock around a small map.
final class RecentAnswers<T> {

    private record Answer<T>(T value, Instant until) {}

    private final Clock clock;
    private final Duration memory;
    private final int capacity;
    private final LinkedHashMap<ByteString, Answer<T>> answers = new LinkedHashMap<>();

    /// @param memory for how long; zero for not at all
    RecentAnswers(Clock clock, Duration memory, int capacity) {
        this.clock = clock;
        this.memory = memory;
        this.capacity = capacity;
    }

    /// @param question a digest of all that the application was told
    @Nullable
    T find(ByteString question) {
        var now = clock.instant();
        synchronized (answers) {
            var answer = answers.get(question);
            return answer == null || !now.isBefore(answer.until()) ? null : answer.value();
        }
    }

    /// @param until when it ends at the latest; null when the application sets no end
    void put(ByteString question, T value, @Nullable Instant until) {
        var now = clock.instant();
        var end = now.plus(memory);
        var sooner = until != null && until.isBefore(end) ? until : end;
        if (!now.isBefore(sooner)) {
            return;
        }
        synchronized (answers) {
            // In the order of their coming, which is nearly that of their ends.
            answers.remove(question);
            answers.put(question, new Answer<>(value, sooner));
            for (var eldest = answers.firstEntry();
                    eldest != null
                            && (answers.size() > capacity
                                    || !now.isBefore(eldest.getValue().until()));
                    eldest = answers.firstEntry()) {
                answers.pollFirstEntry();
            }
        }
    }

    int size() {
        synchronized (answers) {
            return answers.size();
        }
    }
}
