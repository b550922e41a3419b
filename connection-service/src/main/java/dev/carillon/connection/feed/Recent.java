package dev.carillon.connection.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The newest publications of one channel, without holes: every one that is kept after `floor` is here. Bounded
/// by number and by bytes; what falls out raises the floor, as does what is removed.
///
/// Confined to the feed's thread.
final class Recent {

    /// What a publication costs besides its data, roughly: the event's attributes and the frames' envelopes.
    private static final int OVERHEAD_BYTES = 512;

    private final int maxEntries;
    private final long maxBytes;
    private final ArrayDeque<Publication> entries = new ArrayDeque<>(0);
    private long floor;
    private long bytes;
    private long removed;

    Recent(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /// Everything after this offset is here.
    long floor() {
        return floor;
    }

    /// Up to where the channel's past was removed; 0 when it was not.
    long removed() {
        return removed;
    }

    /// Forgets everything, and goes on after `newFloor`.
    void restart(long newFloor) {
        entries.clear();
        bytes = 0;
        floor = newFloor;
        removed = 0;
    }

    /// The channel's past up to `offset` is removed, which may lie ahead.
    void remove(long offset) {
        removed = Math.max(removed, offset);
        while (!entries.isEmpty() && entries.getFirst().offset() <= removed) {
            forgetOldest();
        }
    }

    /// Adds the next publication.
    void add(Publication next) {
        if (next.offset() <= removed) {
            floor = next.offset();
            return;
        }
        entries.addLast(next);
        bytes += cost(next);
        while (isFull()) {
            forgetOldest();
        }
    }

    /// Adds what came before the oldest one, as much of it as there is room for.
    ///
    /// @param from everything after this offset and up to the floor is in `older`
    /// @param older in order
    void addOlder(long from, List<Publication> older) {
        for (var oldest : older.reversed()) {
            entries.addFirst(oldest);
            bytes += cost(oldest);
            if (isFull()) {
                entries.removeFirst();
                bytes -= cost(oldest);
                floor = oldest.offset();
                return;
            }
            floor = oldest.offset() - 1;
        }
        floor = from;
    }

    /// Everything after `offset`, which must not lie below the floor.
    List<Publication> after(long offset) {
        var found = new ArrayList<Publication>();
        var newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            var publication = newestFirst.next();
            if (publication.offset() <= offset) {
                break;
            }
            found.add(publication);
        }
        return found.reversed();
    }

    private void forgetOldest() {
        var oldest = entries.removeFirst();
        bytes -= cost(oldest);
        floor = oldest.offset();
    }

    private boolean isFull() {
        return entries.size() > maxEntries || bytes > maxBytes;
    }

    private static long cost(Publication publication) {
        // Data, and the same again in frames of the client protocol and in the event's own frame.
        return OVERHEAD_BYTES + 3L * publication.event().data().size();
    }
}
