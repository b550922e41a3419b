package dev.carillon.webhook.gate;

/// How much may wait and run.
///
/// @param inFlight attempts of all endpoints
/// @param endpointInFlight attempts of one endpoint, at most: how many it is depends on how it is doing
/// @param queue deliveries of all endpoints
/// @param endpointQueue deliveries of one endpoint
/// @param hostInFlight attempts at one host and port, whichever endpoints they are for
/// @param inFlightBytes data of all attempts in flight; a single larger one is let through
/// @param queueBytes data of all deliveries that wait
public record GateLimits(
        int inFlight,
        int endpointInFlight,
        int queue,
        int endpointQueue,
        int hostInFlight,
        long inFlightBytes,
        long queueBytes) {

    /// Without limits for hosts and bytes.
    public GateLimits(int inFlight, int endpointInFlight, int queue, int endpointQueue) {
        this(inFlight, endpointInFlight, queue, endpointQueue, inFlight, Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
