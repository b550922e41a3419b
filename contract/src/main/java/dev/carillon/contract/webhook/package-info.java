/// Signatures of webhooks: Standard Webhooks 1.0, made by the dispatcher and checked by receivers.
@NullMarked
package dev.carillon.contract.webhook;

import org.jspecify.annotations.NullMarked;
