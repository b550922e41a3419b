package dev.carillon.webhook.ledger;

import org.jspecify.annotations.Nullable;

/// What an attempt says about the delivery that it goes back to.
///
/// @param origin the offset of that delivery, or -1 when it does not say
/// @param until the offset after the last delivery of the endpoint that it is about; `origin` plus one in most cases
/// @param fate what became of it; null when more follows
/// @param outcome as the attempt calls it
public record Entry(
        String endpoint, long origin, long until, @Nullable Fate fate, String outcome) {}
