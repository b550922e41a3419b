package dev.carillon.bench.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/// What came of a run of a [Publisher].
///
/// @param acknowledged publications that the server has taken
/// @param refused requests by the status of their answer; 0: the connection was lost
/// @param unsent publications that were due, but never sent: the server, or this machine, was too slow
/// @param incomplete publications that had not reached everybody long after the last one was sent; [Pace.Window]
/// only
/// @param latency nanoseconds from when a request was meant to be sent to its answer, one value per request
/// @param complete nanoseconds from when a publication was sent until it had reached everybody, with
/// [Pace.Window] only
/// @param nanos how long sending took
public record Published(
        long acknowledged,
        Map<Integer, Long> refused,
        long unsent,
        long incomplete,
        Histogram latency,
        Histogram complete,
        long nanos) {

    public Published {
        refused = Map.copyOf(refused);
    }

    /// Whether all that was to be published was.
    public boolean isClean() {
        return refused.isEmpty() && unsent == 0 && incomplete == 0;
    }

    public double perSecond() {
        return acknowledged * 1e9 / nanos;
    }
}
