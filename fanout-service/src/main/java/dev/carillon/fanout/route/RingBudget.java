package dev.carillon.fanout.route;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps all rings of an instance within one number of bytes, whoever of its threads holds them. Each thread
/// evicts from its own rings only; this says whose turn it is: that of the thread with the idlest channel, and
/// of those that hold more than their share when that thread does not come to it.
///
/// Safe for use by many threads. Beyond the budget there is at most a sixteenth of it, and what threads added
/// since they last asked.
public final class RingBudget {

    private static final int TOLERANCE = 16;

    private final long budget;
    private final Map<Share, Use> uses = new ConcurrentHashMap<>();

    /// @param idlest see [PartitionMemory#idlest()]
    private record Use(long bytes, long idlest) {}

    public RingBudget(long budget) {
        this.budget = budget;
    }

    /// A share for a thread that is about to remember something.
    public Share open() {
        return new Share();
    }

    /// Bytes of all rings.
    public long used() {
        long used = 0;
        for (var use : uses.values()) {
            used += use.bytes();
        }
        return used;
    }

    /// What one thread remembers.
    public final class Share implements AutoCloseable {

        private Share() {}

        /// Says how much is remembered, and asks how much of it is too much.
        ///
        /// @param idlest rank of the channel that would be evicted next
        /// @return bytes to evict now; ask again after each channel
        public long excess(long bytes, long idlest) {
            uses.put(this, new Use(bytes, idlest));
            long used = 0;
            boolean isIdlest = true;
            for (var use : uses.values()) {
                used += use.bytes();
                isIdlest &= use.idlest() >= idlest;
            }
            long over = used - budget;
            if (over <= 0 || isIdlest) {
                return Math.min(Math.max(0, over), bytes);
            }
            if (over <= budget / TOLERANCE) {
                return 0;
            }
            return Math.max(0, Math.min(over, bytes - budget / uses.size()));
        }

        /// Nothing is remembered any more.
        @Override
        public void close() {
            uses.remove(this);
        }
    }
}
