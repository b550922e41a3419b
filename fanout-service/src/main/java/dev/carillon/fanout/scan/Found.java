package dev.carillon.fanout.scan;

import dev.carillon.fanout.route.Ring;

/// What a search found.
///
/// @param ring everything that the channel has after its floor and up to `upTo`; whoever gets it owns it
public record Found(Ring ring, long upTo) {}
