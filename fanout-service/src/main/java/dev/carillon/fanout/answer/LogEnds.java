package dev.carillon.fanout.answer;

/// Where the log ends at the moment.
@FunctionalInterface
public interface LogEnds {

    /// The offset after the last record of a partition; `Long.MAX_VALUE` when that cannot be found out.
    long of(int partition);
}
