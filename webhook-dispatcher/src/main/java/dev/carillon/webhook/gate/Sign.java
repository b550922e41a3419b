package dev.carillon.webhook.gate;

/// What an attempt says about its endpoint.
public enum Sign {
    /// It took the delivery.
    DELIVERED,
    /// It is well, but did not take it.
    ANSWERED,
    /// It is not well.
    FAILED
}
