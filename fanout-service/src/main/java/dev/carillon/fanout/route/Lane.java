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
/// What does not fit in between waits, too, in order: the parts of a long answer go out one after the other.
///
/// An open lane is *late* while a record on it has been on its way for longer than the patience: then what
/// waits or follows is lost at once, too, and what is on its way does not count against the worker's bound.
///
/// A lane that was shut is *on trial* until something arrives: it takes little, and does not count either.
///
/// Confined to the worker's thread, but for [#arrived] and [#proof], which other threads call.
final class Lane {

    /// What is to be sent once the lane is open.
    static final class Parcel {
        private final Inbox inbox;
        private final byte[] message;
        private final Watermark.@Nullable Ticket ticket;
        private final Outlet.@Nullable Loss loss;

        /// @param ticket null when nobody waits
        /// @param loss null when nobody cares
        Parcel(Inbox inbox, byte[] message, Watermark.@Nullable Ticket ticket, Outlet.@Nullable Loss loss) {
            this.inbox = inbox;
            this.message = message;
            this.ticket = ticket;
            this.loss = loss;
        }

        Inbox inbox() {
            return inbox;
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
    /// @param waitingBytes what may wait for the topic to be known, or be on its way on trial
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
    private volatile boolean onTrial;
    private volatile Proof proof = Proof.NONE;

    Lane(String topic, Rules rules, long now) {
        this.topic = topic;
        this.rules = rules;
        this.since = now;
    }

    String topic() {
        return topic;
    }

    /// Bytes on their way, or waiting.
    long inFlight() {
        return inFlight.get() + waitingBytes;
    }

    /// Whether something can be sent now.
    boolean isOpen(long now) {
        return state == State.OPEN && !failed && !isLate(now);
    }

    /// Whether a record can be sent now, with nothing before it.
    boolean takes(int bytes, long now) {
        return isOpen(now) && (!onTrial || inFlight.get() + bytes <= rules.waitingBytes());
    }

    /// Whether something waits, so that what comes has to wait behind it.
    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /// Whether something may be kept until it can be sent.
    ///
    /// @param isNeeded whether somebody would send it again: it is kept however much waits
    boolean isWaiting(int bytes, boolean isNeeded, long now) {
        boolean fits = isNeeded || waitingBytes + bytes <= rules.waitingBytes();
        return fits && (state == State.WAITING || isOpen(now));
    }

    /// Whether what is on its way counts: it gets through, as far as it is known.
    boolean counts(long now) {
        return !onTrial && !isLate(now);
    }

    /// Whether what is told now gets lost at once.
    boolean isShut(long now) {
        return state != State.WAITING && !isOpen(now);
    }

    /// Whether records have been on their way for too long.
    boolean isLate(long now) {
        return arrived < sample && now - sampleAt > rules.patience();
    }

    /// Whether [#turn] has anything to do.
    boolean isSettled() {
        return state == State.OPEN && !failed && waiting.isEmpty();
    }

    void keep(Parcel parcel, int bytes) {
        waiting.add(parcel);
        waitingBytes += bytes;
    }

    /// The first of what waits; null when there is nothing.
    @Nullable
    Parcel firstWaiting() {
        return waiting.peek();
    }

    void removeFirst(int bytes) {
        waiting.remove();
        waitingBytes -= bytes;
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
        } else {
            onTrial = false;
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

    /// Goes a step further. Afterwards what waits is sent if the lane is open, and given up if it is shut.
    void turn(long now) {
        switch (state) {
            case OPEN -> {
                if (failed) {
                    shut(now);
                }
            }
            case WAITING, SHUT -> look(now);
        }
    }

    private void look(long now) {
        switch (proof) {
            case YES -> {
                proof = Proof.NONE;
                // What failed in between was sent before.
                failed = false;
                onTrial = state == State.SHUT;
                state = State.OPEN;
            }
            case NO -> {
                proof = Proof.NONE;
                since = state == State.SHUT ? now : since;
            }
            case NONE, ASKED -> {
                // Still to come.
            }
        }
        if (state == State.WAITING && now - since > rules.patience()) {
            shut(now);
        }
    }

    private void shut(long now) {
        state = State.SHUT;
        since = now;
    }
}
