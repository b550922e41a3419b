package dev.carillon.system.chaos;

import java.util.List;
import java.util.Set;

/// What one subscriber was owed, and what it saw.
///
/// @param channels of which it is owed every event
record Witness(String name, Promise promise, Set<String> channels, List<Sight> sights) {

    /// How it is to get events.
    enum Promise {
        /// Each once, in the order of the log, at its place.
        ONCE_IN_ORDER,
        /// Each at least once, in any order.
        AT_LEAST_ONCE
    }

    Witness {
        channels = Set.copyOf(channels);
        sights = List.copyOf(sights);
    }
}
