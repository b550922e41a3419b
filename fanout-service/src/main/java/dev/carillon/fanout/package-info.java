/// fanout-service: owns the channels of its partitions, routes their events, remembers them and answers for
/// them.
///
/// Read in the order of the flow: `own` (which partitions, how they are taken over, what is committed), `route`
/// (what becomes of an event), `answer` (follows, history, tops). `api` shows it to operators.
@NullMarked
package dev.carillon.fanout;

import org.jspecify.annotations.NullMarked;
