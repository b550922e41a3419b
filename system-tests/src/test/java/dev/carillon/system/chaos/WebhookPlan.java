package dev.carillon.system.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Kills dispatchers, all of it from a seed: at any moment, back at once or after others took over, now and
/// then both at a time.
///
/// Confined to one thread.
final class WebhookPlan implements Supplier<Strike> {

    /// Longer than the session of a dispatcher: its partitions move.
    private static final Duration LONG_AWAY = Duration.ofSeconds(13);

    private static final int MAX_PAUSE_MILLIS = 9_000;

    private final Random random;
    private final List<String> dispatchers;

    WebhookPlan(long seed, List<String> dispatchers) {
        this.random = new Random(seed);
        this.dispatchers = List.copyOf(dispatchers);
    }

    @Override
    public Strike get() {
        var target = dispatchers.get(random.nextInt(dispatchers.size()));
        var down = random.nextInt(3) > 0 ? Duration.ZERO : LONG_AWAY;
        return new Strike(Strike.Kind.KILL, target, down, Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)));
    }
}
