package dev.carillon.system.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Compares what is in the log with what servers took. Pure.
final class WebhookJudge {

    private WebhookJudge() {}

    /// What is wrong with one server's share.
    ///
    /// @param lost keys that it is owed and never took
    /// @param inversions how often it first took something after what comes later in its channel
    /// @param unknown keys that it took and that are not in the log
    record Finding(List<String> lost, long inversions, List<String> unknown) {}

    /// @param taken in the order in which each was taken first
    static Finding judge(Collection<Logged> log, Collection<String> taken) {
        Map<String, Logged> places = new HashMap<>();
        log.forEach(entry ->
                places.merge(entry.key(), entry, (one, other) -> one.offset() <= other.offset() ? one : other));
        Map<String, Long> last = new HashMap<>();
        var unknown = new ArrayList<String>();
        long inversions = 0;
        for (var key : taken) {
            var place = places.get(key);
            if (place == null) {
                unknown.add(key);
            } else if (last.merge(place.channel(), place.offset(), Math::max) > place.offset()) {
                inversions++;
            }
        }
        Set<String> missing = new HashSet<>(places.keySet());
        missing.removeAll(Set.copyOf(taken));
        return new Finding(missing.stream().sorted().toList(), inversions, unknown);
    }
}
