package dev.carillon.system.chaos;

import java.util.List;
import java.util.Set;

/// What the ledgers say.
///
/// @param acknowledged publishes that were
/// @param uncertain publishes that nobody acknowledged
/// @param delivered events as subscribers saw them, each counted for each
/// @param repeated events that came again where that is allowed
/// @param slowest of each subscriber that gets events once, the delivery that took longest
record Verdict(
        List<Fault> faults, int acknowledged, int uncertain, long delivered, long repeated, List<Delay> slowest) {

    private static final Set<Fault.Kind> LOSSES = Set.of(Fault.Kind.UNLOGGED, Fault.Kind.LOST, Fault.Kind.GIVEN_UP);
    private static final Set<Fault.Kind> REPEATS = Set.of(Fault.Kind.DUPLICATED, Fault.Kind.UNKNOWN);

    /// How long an event took from its acknowledgement to a subscriber.
    ///
    /// @param at when it came, on the run's clock
    record Delay(String witness, String channel, String key, long at, long millis) {}

    Verdict {
        faults = List.copyOf(faults);
        slowest = List.copyOf(slowest);
    }

    boolean isClean() {
        return faults.isEmpty();
    }

    long lost() {
        return count(LOSSES);
    }

    long duplicated() {
        return count(REPEATS);
    }

    /// All else that is wrong: order, positions, places.
    long reordered() {
        return faults.size() - lost() - duplicated();
    }

    double worstSeconds() {
        return slowest.stream().mapToLong(Delay::millis).max().orElse(0) / 1000.0;
    }

    private long count(Set<Fault.Kind> kinds) {
        return faults.stream().filter(fault -> kinds.contains(fault.kind())).count();
    }
}
