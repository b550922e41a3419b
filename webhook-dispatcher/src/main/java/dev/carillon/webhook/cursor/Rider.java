package dev.carillon.webhook.cursor;

import dev.carillon.webhook.delivery.Delivery;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// One endpoint on a pass over a partition: takes what it wants until its room is used up. Pure; confined to
/// the thread of the pass.
public final class Rider {

    private final Wanted wanted;
    private final List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    private int point;
    private long reached;
    private long size;
    private boolean isFull;

    /// @param beginning the first offset that there is
    public Rider(Wanted wanted, long beginning) {
        this.wanted = wanted;
        reach(beginning);
    }

    Wanted wanted() {
        return wanted;
    }

    /// The next offset that it wants, at or after `position`.
    long next(long position) {
        if (isFull) {
            return Long.MAX_VALUE;
        }
        if (point < wanted.points().size()) {
            return Math.max(position, wanted.points().get(point));
        }
        return wanted.from() == Cursor.NONE ? Long.MAX_VALUE : Math.max(position, wanted.from());
    }

    /// A record of its endpoint.
    public void visit(ConsumerRecord<byte[], byte[]> record) {
        long offset = record.offset();
        if (isFull || offset < reached) {
            return;
        }
        skip(offset);
        boolean isPoint = point < wanted.points().size() && wanted.points().get(point) == offset;
        boolean isTail = wanted.from() != Cursor.NONE && offset >= wanted.from();
        if (!isPoint && !isTail) {
            return;
        }
        size += Delivery.size(record);
        if (!wanted.fits(found.size(), size)) {
            isFull = true;
            return;
        }
        if (isPoint) {
            point++;
        }
        found.add(record);
        reached = offset + 1;
        isFull = found.size() >= wanted.room();
    }

    /// All records below this offset were visited, or do not exist.
    public void reach(long offset) {
        if (!isFull && offset > reached) {
            skip(offset);
            reached = offset;
        }
    }

    public Found found(long beginning) {
        return new Found(found, reached, beginning);
    }

    private void skip(long offset) {
        while (point < wanted.points().size() && wanted.points().get(point) < offset) {
            point++;
        }
    }
}
