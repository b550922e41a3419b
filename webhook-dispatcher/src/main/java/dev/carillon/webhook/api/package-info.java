/// The REST face: endpoints, attempts and dead letters.
@NullMarked
package dev.carillon.webhook.api;

import org.jspecify.annotations.NullMarked;
