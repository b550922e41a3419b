/// The benchmark's side of webhooks: a receiver, those who publish, the limit, and what is read off of
/// arrivals.
@NullMarked
package dev.carillon.bench.webhook;

import org.jspecify.annotations.NullMarked;
