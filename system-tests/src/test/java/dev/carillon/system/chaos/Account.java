package dev.carillon.system.chaos;

import dev.carillon.contract.Position;
import dev.carillon.system.chaos.Witness.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory of one subscriber, which outlives its connections: what it saw, and where it stands in each
/// channel.
///
/// Safe for use by many threads.
final class Account {

    final String name;
    final List<String> channels;
    private final Promise promise;
    private final RunClock clock;
    private final List<Sight> sights = new ArrayList<>();
    private final Map<String, Position> positions = new HashMap<>();
    private final Map<String, Integer> endings = new TreeMap<>();
    private boolean ready;

    Account(String name, Promise promise, List<String> channels, RunClock clock) {
        this.name = name;
        this.promise = promise;
        this.channels = List.copyOf(channels);
        this.clock = clock;
    }

    /// It is listening to all of its channels, for the first time.
    synchronized void ready() {
        ready = true;
    }

    synchronized boolean isReady() {
        return ready || positions.size() == channels.size();
    }

    /// Where it stands; null before it was ever told.
    synchronized @Nullable Position position(String channel) {
        return positions.get(channel);
    }

    synchronized void event(String channel, String key, long offset) {
        sights.add(new Sight.Event(channel, key, offset, clock.millis()));
        positions.computeIfPresent(channel, (_, before) -> new Position(before.epoch(), offset));
    }

    synchronized void stand(String channel, Position position) {
        sights.add(new Sight.Stand(channel, position.offset()));
        positions.put(channel, position);
    }

    /// It is told that what was before cannot be had.
    synchronized void gap(String channel, Position position) {
        sights.add(new Sight.Gap(channel, position.offset(), clock.millis()));
        positions.put(channel, position);
    }

    /// A connection is over.
    synchronized void ended(String why) {
        endings.merge(why, 1, Integer::sum);
    }

    /// Why its connections ended, and how often.
    synchronized Map<String, Integer> endings() {
        return new TreeMap<>(endings);
    }

    synchronized long gaps() {
        return sights.stream().filter(Sight.Gap.class::isInstance).count();
    }

    synchronized Witness witness() {
        return new Witness(name, promise, Set.copyOf(channels), sights);
    }
}
