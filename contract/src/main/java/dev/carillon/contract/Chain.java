package dev.carillon.contract;

import java.util.List;

/// The chain rule: how a node that follows a channel tells the next publication from a repeated and from a
/// missing one.
///
/// ```
///   previous <= last < offset   the next one         → Next
///   offset <= last              seen already         → Seen
///   last < previous             something is missing → Gap: follow again from `last`
/// ```
///
/// Every live publication carries `previous`, an offset such that the channel has nothing between `previous`
/// and the publication. It does not matter who sends, how often or in which order: crashes, zombies and changes
/// of the owner can make a node see something twice or miss something, and the rule turns the first into `Seen`
/// and the second into `Gap`.
///
/// @param epoch the log that `last` belongs to
/// @param last everything of the channel up to this offset was delivered
public record Chain(String epoch, long last) {

    /// What one message from an owner means for a node.
    public sealed interface Verdict {

        /// Deliver it; go on with `chain`.
        record Next(Chain chain) implements Verdict {}

        /// Drop it.
        record Seen() implements Verdict {}

        /// Something between is missing: follow again from `since`.
        record Gap(Position since) implements Verdict {}
    }

    /// What an owner's answer to a follow means for a node.
    public sealed interface Resumed {

        /// Nothing is missing: deliver `entries`, which may be none, then go on with `chain`.
        record Complete(Chain chain, List<LogEntry> entries) implements Resumed {
            public Complete {
                entries = List.copyOf(entries);
            }
        }

        /// The owner no longer knows what came after `last`: say so to subscribers, then go on with `chain`.
        record Broken(Chain chain) implements Resumed {}
    }

    private static final Verdict SEEN = new Verdict.Seen();

    /// @throws IllegalArgumentException when `last` is negative
    public Chain {
        if (last < 0) {
            throw new IllegalArgumentException("last is negative");
        }
    }

    /// Judges one live publication.
    public Verdict publication(String itsEpoch, long previous, long offset) {
        if (!itsEpoch.equals(epoch)) {
            return gap();
        }
        if (offset <= last) {
            return SEEN;
        }
        return previous <= last ? new Verdict.Next(new Chain(epoch, offset)) : gap();
    }

    /// Judges an owner's word that the channel's newest publication is at `top`.
    public Verdict top(String itsEpoch, long top) {
        return itsEpoch.equals(epoch) && top <= last ? SEEN : gap();
    }

    /// Judges an answer that holds every publication after `from` up to and including `upTo`.
    public Resumed answer(String itsEpoch, long from, long upTo, List<LogEntry> entries) {
        if (!itsEpoch.equals(epoch) || from > last) {
            return new Resumed.Broken(new Chain(itsEpoch, upTo));
        }
        var missed = entries.stream().filter(entry -> entry.offset() > last).toList();
        return new Resumed.Complete(new Chain(epoch, Math.max(last, upTo)), missed);
    }

    /// The place that is reached.
    public Position position() {
        return new Position(epoch, last);
    }

    private Verdict gap() {
        return new Verdict.Gap(position());
    }
}
