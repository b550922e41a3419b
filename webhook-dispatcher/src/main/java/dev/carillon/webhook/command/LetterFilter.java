package dev.carillon.webhook.command;

import dev.carillon.webhook.delivery.DeadLetter;
import java.time.Instant;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which dead letters are meant: those that match all that is given.
///
/// @param endpoint only this one's
/// @param owner only those of endpoints of this owner
/// @param reasons only those given up for one of these, or for any when empty
/// @param events only these, or all when empty
/// @param since only what was given up at or after it
/// @param until only what was given up before it
public record LetterFilter(
        @Nullable String endpoint,
        @Nullable String owner,
        Set<String> reasons,
        Set<String> events,
        @Nullable Instant since,
        @Nullable Instant until) {

    public LetterFilter {
        reasons = Set.copyOf(reasons);
        events = Set.copyOf(events);
    }

    /// All letters.
    public static LetterFilter all() {
        return new LetterFilter(null, null, Set.of(), Set.of(), null, null);
    }

    /// @param ownerOf tells whose an endpoint is, or null when there is none
    public boolean matches(DeadLetter letter, Function<String, @Nullable String> ownerOf) {
        return (endpoint == null || endpoint.equals(letter.endpoint()))
                && (reasons.isEmpty() || reasons.contains(letter.reason()))
                && (events.isEmpty() || events.contains(letter.event()))
                && (since == null || !letter.at().isBefore(since))
                && (until == null || letter.at().isBefore(until))
                && (owner == null || owner.equals(ownerOf.apply(letter.endpoint())));
    }
}
