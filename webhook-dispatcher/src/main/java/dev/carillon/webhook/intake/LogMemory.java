package dev.carillon.webhook.intake;

import dev.carillon.webhook.delivery.LogMark;
import java.util.LinkedHashMap;
import java.util.Map;

/// The last log offset that each endpoint was given from each partition of the log: deliveries come in log
/// order, so one at or below it is a repetition, which fanout makes when it takes over.
///
/// It keeps what was used last. What it forgets, or a new owner could not learn from the ledger, at worst lets
/// a repetition through, under the same webhook id. Confined to the intake thread.
final class LogMemory {

    private static final int CAPACITY = 50_000;

    private final Map<Key, LogMark> last = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, LogMark> eldest) {
            return size() > CAPACITY;
        }
    };

    private record Key(String endpoint, int partition) {}

    boolean isKnown(String endpoint, LogMark mark) {
        var known = last.get(new Key(endpoint, mark.partition()));
        return known != null && known.epoch().equals(mark.epoch()) && mark.offset() <= known.offset();
    }

    void remember(String endpoint, LogMark mark) {
        if (!isKnown(endpoint, mark)) {
            last.put(new Key(endpoint, mark.partition()), mark);
        }
    }
}
