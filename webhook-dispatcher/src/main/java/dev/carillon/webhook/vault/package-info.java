/// Secrets at rest: sealed before they are written, opened to sign or to show, kept in memory for as long as
/// they are used.
@NullMarked
package dev.carillon.webhook.vault;

import org.jspecify.annotations.NullMarked;
