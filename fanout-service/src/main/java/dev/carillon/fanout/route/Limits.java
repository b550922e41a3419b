package dev.carillon.fanout.route;

import java.time.Duration;

/// How much of a partition is remembered.
///
/// @param historySize publications per channel
/// @param historyTtl how long a publication is kept
/// @param idleChannels channels without followers and publications whose place is kept
/// @param idempotencyWindow how long a repeated key is dropped
/// @param maxEventSize bytes of data above which an event is not routed
public record Limits(
        int historySize, Duration historyTtl, int idleChannels, Duration idempotencyWindow, long maxEventSize) {}
