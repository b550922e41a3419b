package dev.carillon.bench.webhook;

import java.util.BitSet;

/// Who came, who came twice, who did not come. Pure.
///
/// @param taken different events that were answered with 2xx
/// @param repeated requests beyond that for events that had been answered with 2xx before
/// @param refused requests that were not answered with 2xx
/// @param lost events of those published that were never answered with 2xx
/// @param strange requests without a marker, or with one of nobody's
record Account(long taken, long repeated, long refused, long lost, long strange) {

    /// @param from the first sequence number that was published
    /// @param to the one after the last
    static Account of(Arrivals arrivals, long from, long to) {
        var seen = new BitSet(Math.toIntExact(to - from));
        long repeated = 0;
        long refused = 0;
        long strange = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            long sequence = arrivals.sequence(i);
            if (sequence < from || sequence >= to) {
                strange++;
            } else if (seen.get((int) (sequence - from))) {
                repeated++;
            } else if (arrivals.isTaken(i)) {
                seen.set((int) (sequence - from));
            } else {
                refused++;
            }
        }
        long taken = seen.cardinality();
        return new Account(taken, repeated, refused, to - from - taken, strange);
    }
}
