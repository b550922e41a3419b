package dev.carillon.system.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// What servers took more than once, and how long before a dispatcher's death they had taken it: a kill may repeat
/// what was decided since the last commit and what was on the wire, and nothing older. Pure.
///
/// @param taken how often anything was taken
/// @param ages milliseconds from when a repeated delivery came to the death that explains why it came again,
///     ascending; negative when it came after the death of its sender; [#UNEXPLAINED] when nobody died
record Repeats(long taken, List<Long> ages) {

    /// The age of what came again although nobody had died.
    static final long UNEXPLAINED = Long.MAX_VALUE;

    /// How long a request may be on the wire after its sender's death.
    private static final long ON_THE_WIRE_MILLIS = 2_000;

    Repeats {
        ages = ages.stream().sorted().toList();
    }

    /// @param taken for each delivery when it was taken, ascending
    /// @param deaths when dispatchers were killed
    static Repeats of(Collection<List<Long>> taken, Collection<Long> deaths) {
        var sorted = new TreeSet<>(deaths);
        var ages = new ArrayList<Long>();
        long count = 0;
        for (var times : taken) {
            count += times.size();
            for (int i = 1; i < times.size(); i++) {
                ages.add(age(times.get(i - 1), times.get(i), sorted));
            }
        }
        return new Repeats(count, ages);
    }

    private static long age(long before, long again, TreeSet<Long> deaths) {
        var next = deaths.ceiling(before);
        if (next != null && next <= again) {
            return next - before;
        }
        var last = deaths.floor(before);
        return last != null && before - last <= ON_THE_WIRE_MILLIS ? last - before : UNEXPLAINED;
    }

    /// The share of what was taken that had been taken before, in percent.
    double percent() {
        return taken == 0 ? 0 : 100.0 * ages.size() / taken;
    }

    /// How many came again that had come longer than so many milliseconds before a death.
    long olderThan(long millis) {
        return ages.stream().filter(age -> age > millis).count();
    }

    @Override
    public String toString() {
        return ages.isEmpty()
                ? "nothing was repeated"
                : "%d were repeated, which had come before the kill by (ms): p50=%s p90=%s p99=%s max=%s"
                        .formatted(ages.size(), at(50), at(90), at(99), at(100));
    }

    private String at(int percentile) {
        long age = ages.get(Math.ceilDiv(ages.size() * percentile, 100) - 1);
        return age == UNEXPLAINED ? "unexplained" : Long.toString(age);
    }
}
