/// Attempts as they are committed, for people who watch.
@NullMarked
package dev.carillon.webhook.live;

import org.jspecify.annotations.NullMarked;
