package dev.carillon.bench.growth;

/// Who listens and what is published.
///
/// Each connection has a channel of its own, which takes the private part of what is published, and listens to
/// public ones, which differ in how many listen and how often something comes: by Zipf's law each, independently.
///
/// @param connections at a time
/// @param publishesPerSecond all told
/// @param privateShare of publishes, from 0 to 1: they go to one listener each
/// @param publicChannels how many there are
/// @param publicSubscriptions of one connection
/// @param listenerExponent of Zipf's law: 0 makes all public channels alike, 1 is a few stars and a long tail
/// @param rateExponent the same for how often something is published
/// @param endpoints webhooks
/// @param webhookShare of publishes that some endpoint wants, from 0 to 1; each by one
/// @param payloadBytes of one event
/// @param ringEvents events that owners keep in memory for a channel that is in use
public record Demand(
        int connections,
        double publishesPerSecond,
        double privateShare,
        int publicChannels,
        double publicSubscriptions,
        double listenerExponent,
        double rateExponent,
        int endpoints,
        double webhookShare,
        int payloadBytes,
        int ringEvents) {}
