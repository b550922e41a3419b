package dev.carillon.webhook.gate;

import java.time.Duration;

/// When an endpoint is left alone, and for how long.
///
/// @param failures so many in a row open the breaker
/// @param firstWait until the first probe; doubled with every probe that fails
/// @param longestWait between two probes
/// @param disableAfter an endpoint that did nothing but fail for so long is disabled
public record BreakerLimits(int failures, Duration firstWait, Duration longestWait, Duration disableAfter) {}
