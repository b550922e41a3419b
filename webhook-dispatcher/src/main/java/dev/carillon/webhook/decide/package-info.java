/// What follows from what came of an attempt: pure functions of schedule, outcome, time and chance.
@NullMarked
package dev.carillon.webhook.decide;

import org.jspecify.annotations.NullMarked;
