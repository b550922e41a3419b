/// Who may be attempted now: queues per endpoint, fair and bounded.
@NullMarked
package dev.carillon.webhook.gate;

import org.jspecify.annotations.NullMarked;
