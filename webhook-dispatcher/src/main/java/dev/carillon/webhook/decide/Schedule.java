package dev.carillon.webhook.decide;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The delays between attempts: one attempt more than there are steps.
public record Schedule(List<Duration> steps) {

    /// The most steps that an endpoint may ask for, and how long each and all may be.
    public static final int MAX_STEPS = 25;

    public static final Duration MIN_STEP = Duration.ofSeconds(1);
    public static final Duration MAX_STEP = Duration.ofHours(24);
    public static final Duration MAX_TOTAL = Duration.ofDays(7);

    /// The share of a step that chance may add, so that what failed together does not come back together.
    private static final double JITTER = 0.2;

    public Schedule {
        steps = List.copyOf(steps);
    }

    /// The delay after a failed attempt, or null when it was the last.
    ///
    /// @param attempt the number of the attempt that failed; the first is 1
    public @Nullable Duration after(int attempt) {
        return attempt >= 1 && attempt <= steps.size() ? steps.get(attempt - 1) : null;
    }

    /// A step with some more, never less.
    ///
    /// @param chance between 0 and 1
    static Duration jittered(Duration step, double chance) {
        return step.plusMillis(Math.round(step.toMillis() * JITTER * chance));
    }
}
