/// Reads stretches of topics that nobody follows: for listings and replays.
@NullMarked
package dev.carillon.webhook.scan;

import org.jspecify.annotations.NullMarked;
