package dev.carillon.bench.load;

import java.util.function.LongSupplier;

/// When publications are sent.
public sealed interface Pace {

    /// On a schedule that does not wait for anybody: what is late counts from when it was due.
    record Rate(double perSecond) implements Pace {
        public Rate {
            if (perSecond <= 0) {
                throw new IllegalArgumentException("perSecond: above 0");
            }
        }
    }

    /// As soon as a connection is free.
    record FlatOut() implements Pace {}

    /// As soon as all but a few of those before have reached everybody. For a publisher that shares its loop
    /// with the swarm, or else it notices only every millisecond.
    ///
    /// @param events so many may be on their way
    /// @param delivered deliveries since the beginning, from where the run begins
    /// @param perEvent deliveries of each
    record Window(int events, LongSupplier delivered, long perEvent) implements Pace {
        public Window {
            if (events < 1 || perEvent < 1) {
                throw new IllegalArgumentException("events, perEvent: from 1");
            }
        }
    }
}
