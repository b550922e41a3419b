package dev.carillon.fanout.route;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How far a partition of a topic is done: every record below [#low()] has all of its effects acknowledged, so
/// that this is what may be committed. Effects are acknowledged in any order, the mark only moves over what is
/// done without a hole.
///
/// Confined to the worker's thread; tickets are completed from any thread.
public final class Watermark {

    private final ArrayDeque<Ticket> open = new ArrayDeque<>();
    private final AtomicLong owed = new AtomicLong();
    private long next;
    private volatile boolean failed;

    /// @param start the first offset that is still to do
    public Watermark(long start) {
        this.next = start;
    }

    /// The effects of one record. It is done when everything that was expected is done; a failed one never is.
    public final class Ticket {
        private final long offset;
        private final AtomicInteger waiting = new AtomicInteger(1);

        private Ticket(long offset) {
            this.offset = offset;
        }

        /// One more effect is on its way. Only before the last [#done()].
        public void expect() {
            waiting.incrementAndGet();
        }

        /// One more effect of that size is on its way.
        void expect(int bytes) {
            owed.addAndGet(bytes);
            expect();
        }

        /// Such an effect is certain.
        void done(int bytes) {
            owed.addAndGet(-bytes);
            done();
        }

        /// One effect is certain; also said once, at the end, by whoever registered.
        public void done() {
            waiting.decrementAndGet();
        }

        /// One effect will never be: the mark stays below this record, because nobody says [#done()] for it.
        public void fail() {
            failed = true;
        }

        private boolean isDone() {
            return waiting.get() == 0;
        }
    }

    /// A record whose effects are about to start. Offsets only grow.
    public Ticket register(long offset) {
        advance(offset);
        var ticket = new Ticket(offset);
        open.add(ticket);
        return ticket;
    }

    /// A record that has no effects.
    public void pass(long offset) {
        advance(offset);
    }

    /// The first offset that is not certainly done.
    public long low() {
        while (!open.isEmpty() && open.peek().isDone()) {
            open.remove();
        }
        return open.isEmpty() ? next : open.peek().offset;
    }

    /// The offset after the last one that was registered or passed.
    public long next() {
        return next;
    }

    /// Bytes that are on their way and must arrive.
    public long owedBytes() {
        return owed.get();
    }

    /// Whether everything is certain.
    public boolean isDone() {
        return low() == next;
    }

    /// Whether the mark is, or will be, stuck at a record whose effect failed.
    public boolean isFailed() {
        return failed;
    }

    private void advance(long offset) {
        if (offset < next) {
            throw new IllegalArgumentException("offset " + offset + " is below " + next);
        }
        next = offset + 1;
    }
}
