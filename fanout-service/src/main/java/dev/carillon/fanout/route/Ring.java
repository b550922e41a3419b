package dev.carillon.fanout.route;

import dev.carillon.contract.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The newest publications of one channel. Always true: everything that the channel has after `floor` and up to
/// `last` is in here, and it has nothing after `last` that the owner has read.
///
/// Confined to the thread of the partition's owner.
public final class Ring {

    /// @param timestamp of the record, in milliseconds
    private record Kept(LogEntry entry, long timestamp, int bytes) {}

    private ArrayDeque<Kept> kept = new ArrayDeque<>(1);
    private long floor;
    private long last;
    private boolean moved;
    private long bytes;

    /// @param floor everything that the channel may have up to here is unknown
    Ring(long floor) {
        this.floor = floor;
        this.last = floor;
    }

    /// The offset below which the ring knows nothing; everything after it is in here.
    public long floor() {
        return floor;
    }

    /// The offset of the newest publication; while none is known, an offset after which there is none.
    public long last() {
        return last;
    }

    /// Whether a publication is known, even if it is forgotten already: then [#last()] is its offset.
    public boolean isMoved() {
        return moved;
    }

    public int size() {
        return kept.size();
    }

    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /// About what it takes in memory.
    public long bytes() {
        return bytes;
    }

    /// The publications after `offset`, oldest first.
    public List<LogEntry> after(long offset) {
        return take(kept.iterator(), offset, Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    /// At most `limit` publications after `offset`, oldest first.
    public List<LogEntry> after(long offset, int limit) {
        return take(kept.iterator(), offset, Long.MAX_VALUE, limit);
    }

    /// At most `limit` publications before `offset`, newest first.
    public List<LogEntry> before(long offset, int limit) {
        return take(kept.descendingIterator(), Long.MIN_VALUE, offset, limit);
    }

    void append(LogEntry entry, long timestamp) {
        int size = Sizes.inMemory(entry);
        kept.add(new Kept(entry, timestamp, size));
        bytes += size;
        last = entry.offset();
        moved = true;
    }

    /// Adds what another ring has after this one's last publication. The other must reach back to where this
    /// one ends.
    public void join(Ring newer) {
        for (var one : newer.kept) {
            if (one.entry().offset() > last) {
                append(one.entry(), one.timestamp());
            }
        }
        if (newer.last > last) {
            last = newer.last;
        }
        moved |= newer.moved;
    }

    /// Becomes a copy of a ring that knows more of the same.
    void become(Ring deeper) {
        kept = new ArrayDeque<>(deeper.kept);
        floor = deeper.floor;
        last = deeper.last;
        moved = deeper.moved;
        bytes = deeper.bytes;
    }

    /// Forgets the oldest until at most `count` are left.
    void keep(int count) {
        while (kept.size() > count) {
            forgetOldest();
        }
    }

    /// Forgets what is older than `timestamp`.
    void expire(long timestamp) {
        while (!kept.isEmpty() && kept.peekFirst().timestamp() < timestamp) {
            forgetOldest();
        }
    }

    /// The timestamp of the newest publication that is kept.
    long newestTimestamp() {
        var newest = kept.peekLast();
        return newest == null ? Long.MIN_VALUE : newest.timestamp();
    }

    void forgetOldest() {
        var oldest = kept.remove();
        floor = oldest.entry().offset();
        bytes -= oldest.bytes();
    }

    void clear() {
        kept = new ArrayDeque<>(1);
        floor = last;
        bytes = 0;
    }

    private static List<LogEntry> take(Iterator<Kept> from, long after, long before, int limit) {
        var taken = new ArrayList<LogEntry>();
        while (taken.size() < limit && from.hasNext()) {
            var entry = from.next().entry();
            if (entry.offset() > after && entry.offset() < before) {
                taken.add(entry);
            }
        }
        return taken;
    }
}
