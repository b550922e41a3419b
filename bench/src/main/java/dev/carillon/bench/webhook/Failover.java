package dev.carillon.bench.webhook;

import java.util.HashMap;

/// What a kill looked like to receivers. Pure.
///
/// @param movedMillis until the last endpoint got an event again that was due after the kill
/// @param survivorMillis until the quickest half of the endpoints did
/// @param silentMillis the longest time without any request at all, from the kill on
/// @param silent endpoints that never did
record Failover(double movedMillis, double survivorMillis, double silentMillis, int silent) {

    /// @param endpoints how many there are, from 0 on, each of which gets events all the time
    static Failover of(Arrivals arrivals, int endpoints, long killedAt) {
        var back = new HashMap<Integer, Long>();
        long last = killedAt;
        long silence = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            long at = arrivals.at(i);
            if (at < killedAt) {
                continue;
            }
            silence = Math.max(silence, at - last);
            last = Math.max(last, at);
            if (arrivals.due(i) >= killedAt) {
                back.putIfAbsent(arrivals.endpoint(i), at - killedAt);
            }
        }
        var sorted = back.values().stream().sorted().toList();
        return new Failover(
                sorted.isEmpty() ? 0 : sorted.getLast() / 1e6,
                sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2) / 1e6,
                silence / 1e6,
                endpoints - back.size());
    }
}
