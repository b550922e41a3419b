/// Deliveries as records on topics: read from them, written to them. Knows no clock and no I/O.
@NullMarked
package dev.carillon.webhook.delivery;

import org.jspecify.annotations.NullMarked;
