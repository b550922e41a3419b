package dev.carillon.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the ledger says about one decision.
///
/// @param source which record was decided, or still waits when `openUntil` is set
/// @param mark where in the log the event is
/// @param result what came of it
/// @param status the HTTP status, 0 without an answer
/// @param detail what happened, for people; never a payload
/// @param at when the attempt began
/// @param took how long it lasted
/// @param body what the endpoint answered, cut to size; empty when nothing or no text
/// @param next when the next attempt falls due, or null when there is none
/// @param openUntil when the record itself waits in memory for its next attempt, until then
public record AttemptEntry(
        Source source,
        String endpoint,
        String event,
        String channel,
        String type,
        Lane lane,
        @Nullable LogMark mark,
        int attempt,
        Result result,
        int status,
        String detail,
        Instant at,
        Duration took,
        String body,
        @Nullable Instant next,
        @Nullable Instant openUntil) {

    /// What can come of a record.
    public enum Result {
        /// The endpoint has it.
        DELIVERED,
        /// The attempt failed; another one follows, or the delivery is dead.
        FAILED,
        /// The attempt failed, and its ordered endpoint is disabled: it stays the first of those that wait.
        PAUSED,
        /// Its endpoint is gone.
        CANCELLED,
        /// Given up without an attempt.
        DEAD,
        /// Fanout wrote the same delivery before.
        REPEATED,
        /// Put off without an attempt.
        MOVED,
        /// Kafka deleted it before it could be attempted.
        EXPIRED,
        /// A command was carried out.
        COMMANDED
    }
}
