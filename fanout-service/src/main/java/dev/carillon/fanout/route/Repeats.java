package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/// The idempotency keys of the last while, by the timestamps of their records.
///
/// Of a key only a hash of 128 bits is kept, which nobody can make collide with that of somebody else. Keys are
/// kept in two generations, of which the older one goes as a whole when the younger one is as long as the
/// window or full: nothing takes time in proportion to what is kept, and there is a bound.
///
/// Confined to the thread of the partition's owner.
final class Repeats {

    /// Keys in a generation; there are two.
    static final int MAX_KEYS = 250_000;

    private final long window;
    private final MessageDigest digest;
    private Generation younger = new Generation(Long.MIN_VALUE);
    private Generation older = new Generation(Long.MIN_VALUE);
    private long newest = Long.MIN_VALUE;

    Repeats(Duration window) {
        this.window = window.toMillis();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Whether the key was used on the channel within the window; if not, it is from now on.
    ///
    /// @param now bounds what a record from the future makes forget
    boolean isRepeat(Channel channel, String key, long timestamp, long now) {
        newest = Math.max(newest, Math.min(timestamp, now));
        turn();
        // No channel holds a line feed, so the pair is unambiguous.
        var hash = ByteBuffer.wrap(digest.digest((channel.name() + '\n' + key).getBytes(StandardCharsets.UTF_8)));
        long high = hash.getLong();
        long low = hash.getLong();
        if (younger.holds(high, low, timestamp - window) || older.holds(high, low, timestamp - window)) {
            return true;
        }
        younger.put(high, low, timestamp);
        return false;
    }

    private void turn() {
        if (younger.size == 0) {
            younger.begun = newest;
        }
        if (younger.size >= MAX_KEYS || newest - younger.begun > window) {
            older = younger;
            younger = new Generation(newest);
        }
    }

    /// An open hash table of pairs of numbers with a timestamp each.
    private static final class Generation {
        private static final int FIRST_SLOTS = 64;
        private static final int PER_SLOT = 3;

        private long[] slots = new long[FIRST_SLOTS * PER_SLOT];
        private long begun;
        private int size;

        private Generation(long begun) {
            this.begun = begun;
        }

        /// Whether the pair is in here with a timestamp of at least `since`.
        private boolean holds(long high, long low, long since) {
            int at = slot(slots, high, low);
            return isTaken(slots, at) && slots[at + 2] >= since;
        }

        private void put(long high, long low, long timestamp) {
            int at = slot(slots, high, low);
            if (!isTaken(slots, at)) {
                size++;
            }
            write(slots, at, high, low, timestamp);
            if (size * PER_SLOT * 2 > slots.length) {
                grow();
            }
        }

        private void grow() {
            var larger = new long[slots.length * 2];
            for (int at = 0; at < slots.length; at += PER_SLOT) {
                if (isTaken(slots, at)) {
                    write(larger, slot(larger, slots[at], slots[at + 1]), slots[at], slots[at + 1], slots[at + 2]);
                }
            }
            slots = larger;
        }

        private static void write(long[] slots, int at, long high, long low, long timestamp) {
            slots[at] = high;
            slots[at + 1] = low;
            slots[at + 2] = timestamp;
        }

        /// Where the pair is, or where it would go.
        private static int slot(long[] slots, long high, long low) {
            int count = slots.length / PER_SLOT;
            int at = (int) (low & (count - 1)) * PER_SLOT;
            while (isTaken(slots, at) && (slots[at] != high || slots[at + 1] != low)) {
                at = (at + PER_SLOT) % slots.length;
            }
            return at;
        }

        /// No hash is zero in both halves.
        private static boolean isTaken(long[] slots, int at) {
            return slots[at] != 0 || slots[at + 1] != 0;
        }
    }
}
