/// What became of deliveries, proven from topics alone: what was accepted, what the attempts say of it, and
/// what still waits. The accounting is pure; reading is apart from it. Independent of the engine, whose work it
/// checks.
@NullMarked
package dev.carillon.webhook.ledger;

import org.jspecify.annotations.NullMarked;
