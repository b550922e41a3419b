/// A load generator that is no heavier than it must be: it shares its machine with what it measures. A [Loop]
/// is one thread; a [Swarm] holds many clients of one [Dialect] on it; a [Publisher] sends publications that
/// carry the time at which they were meant to be sent.
@NullMarked
package dev.carillon.bench.load;

import org.jspecify.annotations.NullMarked;
