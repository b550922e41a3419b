package dev.carillon.webhook.attempt;

import dev.carillon.contract.Endpoint;
import dev.carillon.webhook.delivery.Task;
import org.jspecify.annotations.Nullable;

/// A task and what its attempt brought.
///
/// @param endpoint as it was when it was attempted, or null when there was none
public record Tried(Task task, @Nullable Endpoint endpoint, Answer answer) {}
