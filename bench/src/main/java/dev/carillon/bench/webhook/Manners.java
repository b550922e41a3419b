package dev.carillon.bench.webhook;

import java.time.Duration;

/// How a receiver answers, by the first letter of a request's path: `/ok/N` at once, `/slow/N` after a while,
/// `/fail/N` some events not before they were refused a few times, `/hole/N` never.
///
/// @param slow how long that while is
/// @param failEvery that every so manyth event is refused at first
/// @param failures how often
record Manners(Duration slow, int failEvery, int failures) {

    static final char SLOW = 's';
    static final char FAIL = 'f';
    static final char HOLE = 'h';

    static final Manners GOOD = new Manners(Duration.ZERO, 1, 0);

    Manners {
        if (failEvery < 1 || failures < 0 || failures > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("failEvery or failures is out of bounds");
        }
    }

    /// Whether an event is one of those that are refused at first.
    boolean isRefused(long sequence) {
        return failures > 0 && sequence % failEvery == 0;
    }
}
