package dev.carillon.webhook.attempt;

import org.jspecify.annotations.Nullable;

/// What an endpoint answered to a question that is no delivery.
///
/// @param allowedOrigin who may send to it, as its header says, or null
/// @param allowedRate how many requests a minute, as its header says, or null
public record Handshake(
        Answer answer,
        @Nullable String allowedOrigin,
        @Nullable String allowedRate) {}
