package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import java.time.Duration;
import java.util.LinkedHashMap;

/// The idempotency keys of the last while, by the timestamps of their records. Confined to the thread of the
/// partition's owner.
final class Repeats {

    private static final int MAX_KEYS = 200_000;

    private final long window;
    private final LinkedHashMap<String, Long> seen = new LinkedHashMap<>();
    private long newest = Long.MIN_VALUE;

    Repeats(Duration window) {
        this.window = window.toMillis();
    }

    /// Whether the key was used on the channel within the window; if not, it is from now on.
    ///
    /// @param now bounds what a record from the future makes forget
    boolean isRepeat(Channel channel, String key, long timestamp, long now) {
        newest = Math.max(newest, timestamp);
        forget(Math.min(newest, now) - window);
        // No channel holds a line feed, so the pair is unambiguous.
        var pair = channel.name() + '\n' + key;
        var before = seen.get(pair);
        if (before != null && timestamp - before <= window) {
            return true;
        }
        seen.remove(pair);
        seen.put(pair, timestamp);
        return false;
    }

    private void forget(long before) {
        var pairs = seen.entrySet().iterator();
        while (pairs.hasNext()) {
            if (pairs.next().getValue() >= before && seen.size() <= MAX_KEYS) {
                return;
            }
            pairs.remove();
        }
    }
}
