package dev.carillon.connection.bound;

import dev.carillon.contract.Namespace;
import java.time.Duration;

/// So much in a time: a bucket that is filled at a constant rate, and holds what is not used for a while.
///
/// A bucket is one number, the time at which it will be full again; [#take] gives the next one. A pure
/// function.
///
/// @param perSecond how much a second; 0 for any amount
/// @param burst how long unused amounts are kept: as much as comes in that time may be used at once
public record Rate(long perSecond, Duration burst) {

    /// The bucket is too empty.
    public static final long REFUSED = Long.MIN_VALUE;

    private static final double NANOS = 1e9;

    private static final Duration SECOND = Duration.ofSeconds(1);

    /// What a client may publish in a namespace. A bucket holds a second's worth at least: a slow rate is not
    /// none.
    static Rate ofNamespace(Namespace namespace, Duration burst) {
        return new Rate(namespace.rates().publishes(), burst.compareTo(SECOND) < 0 ? SECOND : burst);
    }

    /// How much a full bucket holds.
    long capacity() {
        return Math.max(1, (long) (perSecond * (burst.toNanos() / NANOS)));
    }

    /// How long to wait until that much can be taken, in nanoseconds.
    long pause(long full, long amount, long now) {
        return Math.max(full, now) + (long) (amount * NANOS / perSecond) - now - burst.toNanos();
    }

    /// Takes an amount out of a bucket.
    ///
    /// @param full what the last call that was not refused gave, 0 for a full bucket
    /// @param now nanoseconds since some time in the past
    /// @return when the bucket will be full again, or [#REFUSED]
    public long take(long full, long amount, long now) {
        if (perSecond == 0) {
            return full;
        }
        long next = Math.max(full, now) + (long) (amount * NANOS / perSecond);
        return next - now > burst.toNanos() ? REFUSED : next;
    }
}
