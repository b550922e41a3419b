/// Owns partitions: accepts deliveries, commits what was decided in transactions, takes over after others.
@NullMarked
package dev.carillon.webhook.intake;

import org.jspecify.annotations.NullMarked;
