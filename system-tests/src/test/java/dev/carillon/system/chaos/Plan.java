package dev.carillon.system.chaos;

import dev.carillon.system.chaos.Strike.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// What the nemesis does, all of it from a seed: rounds of the same blows in another order each, to targets by
/// chance. The first round rolls, and then every fourth.
///
/// Confined to one thread.
final class Plan {

    private static final Duration FROZEN = Duration.ofSeconds(15);
    /// Longer than the session of an owner: its partitions move.
    private static final int LONG_AWAY_MILLIS = 9_000;

    private static final int MAX_PAUSE_MILLIS = 8_000;
    private static final int ROLL_EVERY = 4;

    private final Random random;
    private final List<String> nodes;
    private final List<String> owners;
    private final List<String> dispatchers;
    private final List<String> brokers;
    private final Deque<Strike> round = new ArrayDeque<>();
    private int rounds;

    Plan(long seed, List<String> nodes, List<String> owners, List<String> dispatchers, List<String> brokers) {
        this.random = new Random(seed);
        this.nodes = List.copyOf(nodes);
        this.owners = List.copyOf(owners);
        this.dispatchers = List.copyOf(dispatchers);
        this.brokers = List.copyOf(brokers);
    }

    Strike next() {
        if (round.isEmpty()) {
            refill();
        }
        return round.remove();
    }

    private void refill() {
        var strikes = new ArrayList<Strike>();
        for (int i = 0; i < 3; i++) {
            strikes.add(kill(nodes));
            strikes.add(kill(owners));
        }
        strikes.add(kill(dispatchers));
        strikes.add(strike(Kind.BROKER, brokers, away()));
        strikes.add(strike(Kind.FREEZE, nodes, FROZEN));
        strikes.add(strike(Kind.FREEZE, owners, FROZEN));
        strikes.add(strike(Kind.RESTART, random.nextBoolean() ? nodes : owners, Duration.ZERO));
        Collections.shuffle(strikes, random);
        if (rounds++ % ROLL_EVERY == 0) {
            strikes.addFirst(strike(Kind.ROLL, List.of("everything"), Duration.ZERO));
        }
        round.addAll(strikes);
    }

    private Strike kill(List<String> targets) {
        return strike(Kind.KILL, targets, away());
    }

    private Strike strike(Kind kind, List<String> targets, Duration down) {
        var target = targets.get(random.nextInt(targets.size()));
        return new Strike(kind, target, down, Duration.ofMillis(random.nextInt(MAX_PAUSE_MILLIS)));
    }

    /// Back at once, or so late that others have taken over.
    private Duration away() {
        return random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(LONG_AWAY_MILLIS);
    }
}
