package dev.carillon.webhook.ledger;

import java.util.EnumMap;
import java.util.Map;

/// How many deliveries came to what. What is missing for the sums to agree is lost.
///
/// @param accepted deliveries that were, without repetitions
/// @param fates how many met each fate
public record Counts(long accepted, Map<Fate, Long> fates) {

    static final Counts NONE = new Counts(0, Map.of());

    public Counts {
        fates = Map.copyOf(fates);
    }

    public long of(Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }

    /// Whether everything that was accepted is accounted for, and nothing is lost.
    public boolean isBalanced() {
        long known = of(Fate.DELIVERED) + of(Fate.DEAD) + of(Fate.CANCELLED) + of(Fate.EXPIRED) + of(Fate.PENDING);
        return accepted == known && of(Fate.LOST) == 0;
    }

    Counts plus(Counts more) {
        var sums = new EnumMap<Fate, Long>(Fate.class);
        sums.putAll(fates);
        more.fates.forEach((fate, count) -> sums.merge(fate, count, Long::sum));
        return new Counts(accepted + more.accepted, sums);
    }
}
