package dev.carillon.fanout.route;

import dev.carillon.contract.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The newest publications of one channel. Always true: everything that the channel keeps after `floor` and up
/// to `last` is in here, and it has nothing after `last` that the owner has read. Up to `removed` it keeps
/// nothing.
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
    private long removed;
    private long gone;

    /// @param floor everything that the channel may have up to here is unknown
    Ring(long floor) {
        this.floor = floor;
        this.last = floor;
    }

    /// The offset below which the ring knows nothing; everything after it is in here.
    public long floor() {
        return floor;
    }

    /// The offset of the newest publication, or of the record that removed what was before it; while none is
    /// known, an offset after which there is none.
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

    /// Up to where the channel's past was removed; 0 when it was not.
    public long removed() {
        return removed;
    }

    /// Whether something after `offset` is known to be removed: then nobody can tell what came after it.
    public boolean isGone(long offset) {
        return offset < gone;
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
        if (entry.offset() <= removed) {
            pass(entry.offset());
            floor = entry.offset();
            gone = entry.offset();
            return;
        }
        int size = Sizes.inMemory(entry);
        kept.add(new Kept(entry, timestamp, size));
        bytes += size;
        last = entry.offset();
        moved = true;
    }

    /// The channel has a publication there that is not kept: who asks later does not miss it.
    void pass(long offset) {
        last = offset;
        moved = true;
    }

    /// The channel's past up to `offset` is removed, wherever the record of that stands.
    public void forget(long offset) {
        removed = Math.max(removed, offset);
        while (!kept.isEmpty() && kept.peekFirst().entry().offset() <= removed) {
            forgetOldest();
            gone = floor;
        }
    }

    /// The channel's past is removed by the record at `offset`, which is the newest of the channel.
    void remove(long offset) {
        forget(offset);
        pass(offset);
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
        removed = Math.max(removed, newer.removed);
        gone = Math.max(gone, newer.gone);
    }

    /// Becomes a copy of a ring that knows more of the same.
    void become(Ring deeper) {
        kept = new ArrayDeque<>(deeper.kept);
        floor = deeper.floor;
        last = deeper.last;
        moved = deeper.moved;
        bytes = deeper.bytes;
        removed = Math.max(removed, deeper.removed);
        gone = Math.max(gone, deeper.gone);
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
