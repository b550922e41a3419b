package dev.carillon.connection.feed;

import java.time.Duration;

/// The numbers that following goes by.
///
/// @param patience how long a subscriber waits for the owner's answer
/// @param retry after which time an unanswered follow is asked again; doubles each time, up to [#maxRetry()]
/// @param linger how long a channel stays followed after its last subscriber left
/// @param recentEntries how many recent publications of a channel are kept for later subscribers
/// @param recentBytes how many bytes of them are kept
record FollowPolicy(Duration patience, Duration retry, Duration linger, int recentEntries, long recentBytes) {

    private static final int MAX_DOUBLINGS = 3;

    /// How long to wait for the answer to the attempt with this number, from 0.
    long retryNanos(int attempt) {
        return retry.toNanos() << Math.min(attempt, MAX_DOUBLINGS);
    }
}
