package dev.carillon.system.chaos;

import java.time.Duration;

/// Milliseconds since the run began; never goes back. Safe for use by many threads.
final class RunClock {

    private final long start = System.nanoTime();

    long millis() {
        return (System.nanoTime() - start) / 1_000_000;
    }

    Duration elapsed() {
        return Duration.ofMillis(millis());
    }
}
