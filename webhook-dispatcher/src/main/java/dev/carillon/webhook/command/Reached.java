package dev.carillon.webhook.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a command has come with the dead letters of its partition.
///
/// @param after where in the dead letters to go on
/// @param end where in the dead letters it ends, or -1 until it has begun: what dies meanwhile is not meant
/// @param done how many letters it has dealt with
/// @param began when, or null until then
public record Reached(
        long after, long end, long done, @Nullable Instant began) {

    /// Not begun.
    public static Reached none() {
        return new Reached(0, -1, 0, null);
    }
}
