package dev.carillon.bench.webhook;

import java.util.BitSet;
import java.util.function.IntPredicate;
import org.HdrHistogram.Histogram;

/// From the time that an event was to be published to the first byte of its first request. Pure.
final class Latencies {

    private Latencies() {}

    static Histogram empty() {
        var histogram = new Histogram(3);
        histogram.setAutoResize(true);
        return histogram;
    }

    /// @param endpoints which of them count
    /// @return nanoseconds
    static Histogram of(Arrivals arrivals, long from, long to, IntPredicate endpoints) {
        var histogram = empty();
        var seen = new BitSet(Math.toIntExact(to - from));
        for (int i = 0; i < arrivals.size(); i++) {
            long sequence = arrivals.sequence(i);
            if (sequence < from || sequence >= to || !endpoints.test(arrivals.endpoint(i))) {
                continue;
            }
            int place = (int) (sequence - from);
            if (!seen.get(place)) {
                seen.set(place);
                record(histogram, arrivals.at(i) - arrivals.due(i));
            }
        }
        return histogram;
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.max(0, nanos));
    }
}
