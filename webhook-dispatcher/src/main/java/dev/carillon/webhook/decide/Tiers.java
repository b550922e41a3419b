package dev.carillon.webhook.decide;

import dev.carillon.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The retry topics, one fixed delay each: a record is looked at again when the delay of its topic has passed,
/// and then goes to the next topic or waits in memory for what remains. So any delay works. Immutable.
public final class Tiers {

    /// What remains up to here waits in memory.
    public static final Duration MAX_HOLD = Duration.ofSeconds(30);

    private final List<Tier> tiers;
    private final Map<String, Tier> byTopic;

    /// @param topic its name
    public record Tier(String topic, Duration delay) {}

    /// @param delays in any order, at least one
    public Tiers(List<Duration> delays, int partitions) {
        var made = new ArrayList<Tier>();
        delays.stream()
                .distinct()
                .sorted()
                .forEach(delay ->
                        made.add(new Tier(Topics.retry(delay, partitions).name(), delay)));
        if (made.isEmpty()) {
            throw new IllegalArgumentException("there must be one retry tier at least");
        }
        tiers = List.copyOf(made);
        byTopic = new HashMap<>();
        tiers.forEach(tier -> byTopic.put(tier.topic(), tier));
    }

    public List<String> topics() {
        return tiers.stream().map(Tier::topic).toList();
    }

    /// The tier that a topic is, or null when it is none.
    public @Nullable Tier of(String topic) {
        return byTopic.get(topic);
    }

    /// Where to wait.
    public sealed interface Wait {

        /// Not at all.
        record None() implements Wait {}

        /// In memory, until due.
        record Hold() implements Wait {}

        /// In a retry topic.
        record In(Tier tier) implements Wait {}
    }

    /// Where a delivery that failed waits: the longest tier that is not longer than what remains; in memory
    /// only when there is none.
    public Wait choose(Duration remaining) {
        if (remaining.isZero() || remaining.isNegative()) {
            return new Wait.None();
        }
        var tier = longestWithin(remaining);
        return tier == null ? new Wait.Hold() : new Wait.In(tier);
    }

    /// Where a delivery that comes out of a tier waits for what remains: in memory when that is short.
    public Wait chooseAgain(Duration remaining) {
        if (remaining.compareTo(MAX_HOLD) <= 0) {
            return remaining.isZero() || remaining.isNegative() ? new Wait.None() : new Wait.Hold();
        }
        return choose(remaining);
    }

    /// The tier for a delivery that finds no room: longer each time it is put off, up to a few minutes.
    ///
    /// @param moves how often it was put off before
    public Tier forOverflow(int moves) {
        var tier = tiers.getFirst();
        for (int i = 0; i < tiers.size() && i <= moves; i++) {
            if (tiers.get(i).delay().compareTo(Duration.ofMinutes(5)) <= 0) {
                tier = tiers.get(i);
            }
        }
        return tier;
    }

    /// When a record of a tier is looked at again.
    public static Instant matures(Tier tier, long writtenAtMillis) {
        return Instant.ofEpochMilli(writtenAtMillis).plus(tier.delay());
    }

    private @Nullable Tier longestWithin(Duration remaining) {
        Tier longest = null;
        for (var tier : tiers) {
            if (tier.delay().compareTo(remaining) <= 0) {
                longest = tier;
            }
        }
        return longest;
    }
}
