/// Asks URLs whether they want deliveries, before they get any.
@NullMarked
package dev.carillon.webhook.verify;

import org.jspecify.annotations.NullMarked;
