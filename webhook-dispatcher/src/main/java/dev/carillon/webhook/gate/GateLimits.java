package dev.carillon.webhook.gate;

/// How much may wait and run.
///
/// @param inFlight attempts of all endpoints
/// @param endpointInFlight attempts of one endpoint
/// @param queue deliveries of all endpoints
/// @param endpointQueue deliveries of one endpoint
public record GateLimits(int inFlight, int endpointInFlight, int queue, int endpointQueue) {}
