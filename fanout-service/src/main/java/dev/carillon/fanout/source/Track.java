package dev.carillon.fanout.source;

import dev.carillon.fanout.route.Watermark;

/// How far one partition of a source is: what was taken, and what is committed. Confined to the source's
/// thread.
final class Track {

    private final Watermark mark;
    private long committed;

    /// @param start the first offset that will be taken
    /// @param committed what the group has; -1 when it has nothing, or something that is no longer true
    Track(long start, long committed) {
        this.mark = new Watermark(start);
        this.committed = committed;
    }

    Watermark mark() {
        return mark;
    }

    /// What is to be committed; -1 when nothing is.
    long due() {
        long low = mark.low();
        return low == committed ? -1 : low;
    }

    void committed(long offset) {
        committed = offset;
    }
}
