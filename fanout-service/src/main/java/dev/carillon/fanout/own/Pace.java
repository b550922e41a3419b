package dev.carillon.fanout.own;

import java.time.Duration;

/// Says when it is time again for something that is done every while. Confined to one thread.
final class Pace {

    private final long interval;
    private long last = System.nanoTime();

    Pace(Duration interval) {
        this.interval = interval.toNanos();
    }

    /// Whether the interval has passed since this last said yes.
    boolean isDue(long nanoTime) {
        if (nanoTime - last < interval) {
            return false;
        }
        last = nanoTime;
        return true;
    }
}
