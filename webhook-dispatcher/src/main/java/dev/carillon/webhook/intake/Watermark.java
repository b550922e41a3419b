package dev.carillon.webhook.intake;

import java.util.TreeMap;

/// What of one input partition is decided: everything below the oldest undecided record. Committed together
/// with the place in the ledger from which a new owner finds what was decided above it. Pure; confined to the
/// intake thread.
final class Watermark {

    private final TreeMap<Long, Long> undecided = new TreeMap<>();
    private final Start start;
    private long next;

    /// Where a new owner begins.
    ///
    /// @param offset the first record that may be undecided
    /// @param decidedUntil the last record that an owner before decided; less than `offset` when there is none
    /// @param ledger a place in the ledger at or before what was decided from `offset` to `decidedUntil`: it stays
    /// the
    ///     place to read back from until the watermark is beyond them
    record Start(long offset, long decidedUntil, long ledger) {

        static Start afresh(long offset) {
            return new Start(offset, -1, 0);
        }
    }

    /// What to commit.
    ///
    /// @param offset of the oldest undecided record, or of the next one to come
    /// @param ledger a place in the ledger at or before everything that was decided above `offset`
    record Mark(long offset, long ledger) {}

    Watermark(Start start) {
        this.start = start;
        this.next = start.offset();
    }

    /// The offset after the last accepted record.
    long next() {
        return next;
    }

    /// The last record that an owner before decided, at most.
    long decidedUntil() {
        return start.decidedUntil();
    }

    int undecided() {
        return undecided.size();
    }

    /// A record is ours from now on. Offsets only grow.
    ///
    /// @param ledger the end of the ledger as known now, at most
    void accept(long offset, long ledger) {
        if (offset < next) {
            throw new IllegalArgumentException("offset " + offset + " was accepted before");
        }
        undecided.put(offset, place(offset, ledger));
        next = offset + 1;
    }

    /// A record needs nothing more. Deciding twice is the same as once.
    void decide(long offset) {
        undecided.remove(offset);
    }

    /// @param ledger the end of the ledger as known now, at most
    Mark mark(long ledger) {
        var oldest = undecided.firstEntry();
        return oldest == null ? new Mark(next, place(next, ledger)) : new Mark(oldest.getKey(), oldest.getValue());
    }

    private long place(long offset, long ledger) {
        return offset <= start.decidedUntil() ? Math.min(start.ledger(), ledger) : ledger;
    }
}
