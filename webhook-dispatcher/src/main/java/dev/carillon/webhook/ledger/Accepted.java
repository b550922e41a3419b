package dev.carillon.webhook.ledger;

import dev.carillon.webhook.delivery.LogMark;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A delivery as it was accepted.
///
/// @param isFresh whether fanout wrote it; else an operation did
/// @param mark where in the log its event is, or null when the record does not say
public record Accepted(
        int partition,
        long offset,
        String endpoint,
        String event,
        boolean isFresh,
        @Nullable LogMark mark,
        Instant at) {}
