package dev.carillon.webhook.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a command has come with the topic of its partition that it goes through: dead letters, or
/// deliveries.
///
/// @param after where in the topic to go on
/// @param end where in the topic it ends, or -1 until it has begun: what comes meanwhile is not meant
/// @param done how many letters or deliveries it has dealt with
/// @param began when, or null until then
public record Reached(
        long after, long end, long done, @Nullable Instant began) {

    /// Not begun.
    public static Reached none() {
        return new Reached(0, -1, 0, null);
    }

    boolean hasBegun() {
        return end >= 0;
    }

    /// When it began, which is now if it has not.
    Instant beganOr(Instant now) {
        return began == null ? now : began;
    }
}
