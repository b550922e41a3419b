/// Registered endpoints: the table that everybody reads, and the only way to change it.
@NullMarked
package dev.carillon.webhook.endpoint;

import org.jspecify.annotations.NullMarked;
