package dev.carillon.webhook.attempt;

import dev.carillon.webhook.decide.Outcome;
import java.time.Duration;
import java.time.Instant;

/// What one attempt brought.
///
/// @param status the HTTP status, 0 when there was none
/// @param body the beginning of the answer as text, maybe empty
public record Answer(Outcome outcome, int status, String body, Instant at, Duration took) {}
