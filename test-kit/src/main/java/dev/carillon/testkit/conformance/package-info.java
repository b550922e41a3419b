/// What clients may rely on, played over every transport: one script per promise, with its exact outcome. Start
/// at `Pack`, the table of what there is.
///
/// A transport more is a `Transport` more; a promise more is a `Scenario` more. The pack knows nothing of how
/// the nodes were started: a `Site` says where they are, one or many. With many, the clients of one scenario
/// come to them in turn, and what a client sends beside its stream goes to another node than the stream comes
/// from.
@NullMarked
package dev.carillon.testkit.conformance;

import org.jspecify.annotations.NullMarked;
