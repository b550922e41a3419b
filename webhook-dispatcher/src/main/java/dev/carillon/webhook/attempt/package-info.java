/// One try at one endpoint: vet the target, sign, send, wait no longer than the deadline.
@NullMarked
package dev.carillon.webhook.attempt;

import org.jspecify.annotations.NullMarked;
