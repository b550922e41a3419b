package dev.carillon.bench.webhook;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Publishes at a rate, event after event to one endpoint after the other, whether those before were quick or
/// not: each has its due time by the rate alone.
///
/// @param perSecond events; 0 is as fast as the press takes them
/// @param endpoints from 0 on, in turn
record Schedule(int perSecond, int endpoints) {

    private static final long CLOSE_NANOS = 200_000;

    /// Publishes so many events.
    ///
    /// @param from the first sequence number
    void publish(Press press, long from, long events) {
        long begun = System.nanoTime();
        for (long i = 0; i < events; i++) {
            long due = perSecond == 0 ? System.nanoTime() : begun + i * 1_000_000_000L / perSecond;
            await(due);
            press.publish((int) ((from + i) % endpoints), due, from + i);
        }
        press.flush();
    }

    /// Publishes until told to stop.
    ///
    /// @return the sequence number after the last
    long publish(Press press, long from, BooleanSupplier goesOn) {
        long begun = System.nanoTime();
        long sequence = from;
        while (goesOn.getAsBoolean()) {
            long due = begun + (sequence - from) * 1_000_000_000L / perSecond;
            await(due);
            press.publish((int) (sequence % endpoints), due, sequence);
            sequence++;
        }
        press.flush();
        return sequence;
    }

    long eventsIn(Duration time) {
        return time.toMillis() * perSecond / 1000;
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            if (left > CLOSE_NANOS) {
                LockSupport.parkNanos(left - CLOSE_NANOS / 2);
            } else {
                LockSupport.parkNanos(left);
            }
        }
    }
}
