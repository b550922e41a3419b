/// The dispatcher: takes deliveries in, attempts them, decides what follows.
@NullMarked
package dev.carillon.webhook;

import org.jspecify.annotations.NullMarked;
