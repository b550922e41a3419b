package dev.carillon.connection.hook;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Leaves somebody alone who fails again and again: after so many failures in a row nothing is tried for a
/// while, then one try finds out.
///
/// Safe for use by many threads.
final class Breaker {

    private final int failures;
    private final long pauseNanos;
    private final LongSupplier nanos;
    private int inARow;
    private boolean open;
    private boolean trying;
    private long openedAt;

    /// @param nanos a clock such as [System#nanoTime]
    Breaker(int failures, Duration pause, LongSupplier nanos) {
        this.failures = failures;
        this.pauseNanos = pause.toNanos();
        this.nanos = nanos;
    }

    /// Whether to try now. Who gets a yes tells what came of it.
    synchronized boolean mayTry() {
        if (!open) {
            return true;
        }
        if (trying || nanos.getAsLong() - openedAt < pauseNanos) {
            return false;
        }
        trying = true;
        return true;
    }

    synchronized void succeeded() {
        inARow = 0;
        open = false;
        trying = false;
    }

    synchronized void failed() {
        inARow++;
        if (trying || (!open && inARow >= failures)) {
            open = true;
            openedAt = nanos.getAsLong();
        }
        trying = false;
    }
}
