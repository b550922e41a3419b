package dev.carillon.bench.webhook;

import java.util.Arrays;

/// How fast a backlog was delivered. Pure.
///
/// @param perSecond from the first request to the last
/// @param steady of the middle four fifths, without the start and the tail
/// @param seconds from when it might begin to the last request
record Drain(double perSecond, double steady, double seconds) {

    private static final Drain NONE = new Drain(0, 0, 0);

    /// @param begunAt when the backlog might begin to drain
    static Drain of(Arrivals arrivals, long begunAt) {
        int count = arrivals.size();
        if (count < 10) {
            return NONE;
        }
        var at = new long[count];
        for (int i = 0; i < count; i++) {
            at[i] = arrivals.at(i);
        }
        Arrays.sort(at);
        int tenth = count / 10;
        return new Drain(
                rate(count - 1, at[count - 1] - at[0]),
                rate(count - 1 - 2 * tenth, at[count - 1 - tenth] - at[tenth]),
                (at[count - 1] - begunAt) / 1e9);
    }

    private static double rate(int count, long nanos) {
        return nanos <= 0 ? 0 : count * 1e9 / nanos;
    }
}
