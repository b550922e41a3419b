package dev.carillon.system.chaos;

import dev.carillon.system.chaos.Fault.Kind;
import dev.carillon.system.chaos.Verdict.Delay;
import dev.carillon.system.chaos.Witness.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Compares what was published, what the log holds, and what subscribers saw.
///
/// The log is the measure: all that is acknowledged must be in it, and all that is in it is owed to every
/// subscriber of its channel, whether its publisher ever learnt that it is there or not. A key that is in the
/// log more than once (a repeated publish) is owed once, at its first place.
///
/// Pure; used once.
final class Judge {

    private final Map<String, Map<String, Long>> logged = new HashMap<>();
    private final Map<String, Long> acknowledgedAt = new HashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private long delivered;
    private long repeated;
    private final Map<String, Delay> slowest = new TreeMap<>();

    private Judge() {}

    static Verdict judge(Collection<Published> published, Collection<Logged> log, Collection<Witness> witnesses) {
        var judge = new Judge();
        judge.read(log);
        published.forEach(judge::check);
        witnesses.forEach(judge::hear);
        int acknowledged = judge.acknowledgedAt.size();
        return new Verdict(
                judge.faults,
                acknowledged,
                published.size() - acknowledged,
                judge.delivered,
                judge.repeated,
                List.copyOf(judge.slowest.values()));
    }

    private void read(Collection<Logged> log) {
        log.stream().sorted(Comparator.comparingLong(Logged::offset)).forEach(entry -> of(entry.channel())
                .putIfAbsent(entry.key(), entry.offset()));
    }

    /// The events of a channel in their order, with their places.
    private Map<String, Long> of(String channel) {
        return logged.computeIfAbsent(channel, _ -> new LinkedHashMap<>());
    }

    private void check(Published published) {
        var at = published.acknowledgedAt();
        if (at == null) {
            return;
        }
        acknowledgedAt.put(published.key(), at);
        if (!of(published.channel()).containsKey(published.key())) {
            faults.add(new Fault(Kind.UNLOGGED, "log", published.channel(), published.key(), "acknowledged"));
        }
    }

    private void hear(Witness witness) {
        var readings = new HashMap<String, Reading>();
        witness.channels().forEach(channel -> readings.put(channel, new Reading(witness, channel)));
        for (var sight : witness.sights()) {
            readings.computeIfAbsent(sight.channel(), channel -> new Reading(witness, channel))
                    .take(sight);
        }
        readings.values().forEach(Reading::finish);
    }

    /// What one witness saw of one channel.
    private final class Reading {

        /// Offsets after `from`, up to and including `to`.
        ///
        /// @param at when that was told, on the run's clock
        private record Hole(long from, long to, long at) {
            boolean has(long place) {
                return from < place && place <= to;
            }

            @Override
            public String toString() {
                return "%d to %d were given up at %.1f s".formatted(from, to, at / 1000.0);
            }
        }

        private final Witness witness;
        private final String channel;
        private final Map<String, Long> places;
        private final Set<String> seen = new HashSet<>();
        private final List<Hole> holes = new ArrayList<>();
        private long last;

        Reading(Witness witness, String channel) {
            this.witness = witness;
            this.channel = channel;
            this.places = of(channel);
        }

        void take(Sight sight) {
            switch (sight) {
                case Sight.Event event when witness.promise() == Promise.AT_LEAST_ONCE -> takeInAnyOrder(event);
                case Sight.Event event -> takeInOrder(event);
                case Sight.Stand(String _, long offset) -> stand(offset);
                case Sight.Gap(String _, long offset, long at) -> {
                    holes.add(new Hole(last, offset, at));
                    stand(offset);
                }
            }
        }

        private void stand(long offset) {
            if (offset < last) {
                fault(Kind.BACKWARDS, "", "told to stand at %d after %d".formatted(offset, last));
            }
            last = Math.max(last, offset);
        }

        private void takeInOrder(Sight.Event event) {
            delivered++;
            var place = places.get(event.key());
            if (place == null) {
                fault(Kind.UNKNOWN, event.key(), "not in the log, told at " + event.offset());
            } else if (!seen.add(event.key())) {
                fault(Kind.DUPLICATED, event.key(), "again at %d after %d".formatted(event.offset(), last));
            } else if (event.offset() != place) {
                fault(Kind.MISPLACED, event.key(), "told at %d, stands at %d".formatted(event.offset(), place));
            } else if (event.offset() <= last) {
                fault(Kind.REORDERED, event.key(), "at %d after %d".formatted(event.offset(), last));
            } else {
                measure(event);
            }
            last = Math.max(last, event.offset());
        }

        private void takeInAnyOrder(Sight.Event event) {
            delivered++;
            if (!places.containsKey(event.key())) {
                fault(Kind.UNKNOWN, event.key(), "not in the log");
            } else if (!seen.add(event.key())) {
                repeated++;
            }
        }

        private void measure(Sight.Event event) {
            var at = acknowledgedAt.get(event.key());
            if (at != null) {
                var delay = new Delay(witness.name(), channel, event.key(), event.at(), event.at() - at);
                slowest.merge(witness.name(), delay, (one, other) -> one.millis() >= other.millis() ? one : other);
            }
        }

        void finish() {
            if (!witness.channels().contains(channel)) {
                return;
            }
            places.forEach((key, place) -> {
                if (seen.contains(key)) {
                    return;
                }
                var published = acknowledgedAt.containsKey(key) ? "acknowledged" : "not acknowledged";
                var detail = "%s, in the log at %d".formatted(published, place);
                holes.stream()
                        .filter(hole -> hole.has(place))
                        .findFirst()
                        .ifPresentOrElse(
                                hole -> fault(Kind.GIVEN_UP, key, detail + "; " + hole),
                                () -> fault(Kind.LOST, key, detail));
            });
        }

        private void fault(Kind kind, String key, String detail) {
            faults.add(new Fault(kind, witness.name(), channel, key, detail));
        }
    }
}
