package dev.carillon.connection.feed;

import dev.carillon.contract.Position;
import java.util.List;

/// What a subscriber gets first.
///
/// @param position where the channel is now: the first publication after it comes live
/// @param recovered whether `entries` is everything that came after the position that the subscriber had; never
///     a part of it. False also when the subscriber had none.
/// @param entries what came after the subscriber's position, up to `position`; empty when not recovered
public record Catchup(Position position, boolean recovered, List<Publication> entries) {

    /// @throws IllegalArgumentException when there are entries although nothing is recovered
    public Catchup {
        entries = List.copyOf(entries);
        if (!recovered && !entries.isEmpty()) {
            throw new IllegalArgumentException("entries without recovery");
        }
    }

    /// From here on, without a past.
    static Catchup from(Position position) {
        return new Catchup(position, false, List.of());
    }
}
