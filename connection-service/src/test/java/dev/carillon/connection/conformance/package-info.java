/// What clients may rely on, played over every transport: one script per promise, with its exact outcome.
///
/// A transport more is a [dev.carillon.connection.conformance.Transport] more; a promise more is a scenario
/// more.
@NullMarked
package dev.carillon.connection.conformance;

import org.jspecify.annotations.NullMarked;
