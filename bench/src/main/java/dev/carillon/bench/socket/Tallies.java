package dev.carillon.bench.socket;

import dev.carillon.bench.load.Tally;
import dev.carillon.bench.report.Sample;

/// What must be true of a swarm's account.
final class Tallies {

    private Tallies() {}

    /// @param expected deliveries, live or late
    static void check(Sample sample, Tally tally, long expected) {
        if (!tally.isClean()) {
            sample.fault(tally.toString());
        }
        checkCount(sample, tally, expected);
    }

    /// The same of clients that may be sent away and come again, as in a storm.
    static void checkStorm(Sample sample, Tally tally, long expected) {
        if (!tally.isComplete()) {
            sample.fault(tally.toString());
        }
        checkCount(sample, tally, expected);
    }

    private static void checkCount(Sample sample, Tally tally, long expected) {
        long count = tally.deliveries() + tally.recovered();
        if (count != expected) {
            sample.fault(count + " deliveries instead of " + expected);
        }
    }
}
