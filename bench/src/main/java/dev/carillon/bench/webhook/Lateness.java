package dev.carillon.bench.webhook;

import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// How much later than due retries arrived. The ledger says when each next attempt falls due, jitter included;
/// the receiver says when it came. Pure.
final class Lateness {

    private Lateness() {}

    /// An attempt at an event, the first is 1.
    record Attempt(long sequence, int number) {}

    /// What came of it.
    ///
    /// @param late nanoseconds; what came before it was due counts as 0
    /// @param early retries that came before they were due: there must be none
    /// @param unmatched retries of which the ledger does not say when they were due
    record Result(Histogram late, long early, long unmatched) {}

    /// @param due when attempts fell due, on the clock of the arrivals
    static Result of(Arrivals arrivals, Map<Attempt, Long> due) {
        var late = Latencies.empty();
        var attempts = new HashMap<Long, Integer>();
        long early = 0;
        long unmatched = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            int number = attempts.merge(arrivals.sequence(i), 1, Integer::sum);
            if (number == 1) {
                continue;
            }
            var dueAt = due.get(new Attempt(arrivals.sequence(i), number));
            if (dueAt == null) {
                unmatched++;
                continue;
            }
            early += arrivals.at(i) < dueAt ? 1 : 0;
            Latencies.record(late, arrivals.at(i) - dueAt);
        }
        return new Result(late, early, unmatched);
    }
}
