package dev.carillon.fanout.route;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The way of one worker to one inbox, so that an inbox which takes nothing holds up nobody but itself.
///
/// ```
///            the topic is known              a send fails
///   WAITING ────────────────────▶ OPEN ────────────────────▶ SHUT: all is lost at once
///      │    not within a while      ▲   the topic is known      │ ▲
///      └────────────────────────────┼──── (after a while) ──────┘ │
///                    ▲              └─────────────────────────────┘
///                    └─ the first records wait, because Kafka's client would make the worker wait for the topic
/// ```
///
/// An open lane is *late* while a record on it has been on its way for longer than the patience: then what
/// follows is lost at once, too, and what is on its way does not count against the worker's bound.
///
/// Confined to the worker's thread, but for [#arrived] and [#proof], which other threads call.
final class Lane {

    /// What is to be sent once the lane is open.
    static final class Parcel {
        private final byte[] message;
        private final Watermark.@Nullable Ticket ticket;
        private final Outlet.@Nullable Loss loss;

        /// @param ticket null when nobody waits
        /// @param loss null when nobody cares
        Parcel(byte[] message, Watermark.@Nullable Ticket ticket, Outlet.@Nullable Loss loss) {
            this.message = message;
            this.ticket = ticket;
            this.loss = loss;
        }

        /// Not to be changed.
        byte[] message() {
            return message;
        }

        Watermark.@Nullable Ticket ticket() {
            return ticket;
        }

        Outlet.@Nullable Loss loss() {
            return loss;
        }
    }

    /// The numbers that lanes go by.
    ///
    /// @param patience nanoseconds that a record may be on its way, or wait for the topic to be known
    /// @param pause nanoseconds between a failure and the next try
    /// @param waitingBytes what may wait for the topic to be known
    record Rules(long patience, long pause, long waitingBytes) {}

    private enum State {
        WAITING,
        OPEN,
        SHUT
    }

    private enum Proof {
        NONE,
        ASKED,
        YES,
        NO
    }

    private final String topic;
    private final Rules rules;
    private final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
    private final AtomicLong inFlight = new AtomicLong();
    private State state = State.WAITING;
    private long since;
    private long waitingBytes;
    private long sent;
    private long sampleAt;
    private volatile long sample;
    private volatile long arrived;
    private volatile boolean failed;
    private volatile Proof proof = Proof.NONE;

    Lane(String topic, Rules rules, long now) {
        this.topic = topic;
        this.rules = rules;
        this.since = now;
    }

    String topic() {
        return topic;
    }

    /// Bytes on their way.
    long inFlight() {
        return inFlight.get();
    }

    /// Whether something can be sent now.
    boolean isOpen(long now) {
        return state == State.OPEN && !failed && !isLate(now);
    }

    /// Whether something may be kept until the lane is open.
    boolean isWaiting(int bytes) {
        return state == State.WAITING && waitingBytes + bytes <= rules.waitingBytes();
    }

    /// Whether what is told now gets lost at once.
    boolean isShut(long now) {
        return state == State.WAITING ? waitingBytes >= rules.waitingBytes() : !isOpen(now);
    }

    /// Whether records have been on their way for too long.
    boolean isLate(long now) {
        return arrived < sample && now - sampleAt > rules.patience();
    }

    /// Whether [#turn] has anything to do.
    boolean isSettled() {
        return state == State.OPEN && !failed;
    }

    void keep(Parcel parcel, int bytes) {
        waiting.add(parcel);
        waitingBytes += bytes;
    }

    /// What waited, in order; the caller sends it or gives it up.
    Iterable<Parcel> takeWaiting() {
        var taken = new ArrayDeque<>(waiting);
        waiting.clear();
        waitingBytes = 0;
        return taken;
    }

    /// Notes that a record is about to be sent.
    ///
    /// @return its number
    long sending(int bytes, long now) {
        inFlight.addAndGet(bytes);
        sent++;
        if (arrived >= sample) {
            sampleAt = now;
            sample = sent;
        }
        return sent;
    }

    /// The fate of a record is known. From any thread; records of a lane arrive in order.
    ///
    /// @param number what [#sending] said
    /// @param isBroken whether the inbox could not be reached
    void arrived(long number, int bytes, boolean isBroken) {
        inFlight.addAndGet(-bytes);
        if (isBroken) {
            failed = true;
        }
        raise(number);
    }

    private synchronized void raise(long number) {
        arrived = Math.max(arrived, number);
    }

    /// Whether the topic should be looked for now; the caller does it, and says [#proof].
    boolean wantsProof(long now) {
        boolean isDue = state == State.WAITING || (state == State.SHUT && now - since >= rules.pause());
        if (!isDue || proof != Proof.NONE) {
            return false;
        }
        proof = Proof.ASKED;
        return true;
    }

    /// Says whether Kafka knows the topic. From any thread.
    void proof(boolean isKnown) {
        proof = isKnown ? Proof.YES : Proof.NO;
    }

    /// Goes a step further.
    ///
    /// @return whether what waited is to be taken: sent if the lane is open now, else given up
    boolean turn(long now) {
        if (state == State.OPEN) {
            if (failed) {
                shut(now);
            }
            return false;
        }
        if (proof == Proof.YES) {
            proof = Proof.NONE;
            // What failed in between was sent before.
            failed = false;
            state = State.OPEN;
            return true;
        }
        if (proof == Proof.NO) {
            proof = Proof.NONE;
            if (state == State.SHUT) {
                since = now;
            }
        }
        if (state == State.WAITING && now - since > rules.patience()) {
            shut(now);
            return true;
        }
        return false;
    }

    private void shut(long now) {
        state = State.SHUT;
        since = now;
    }
}
