package dev.carillon.connection.feed;

import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An owner's whole answer to a follow: everything after `from`, up to and including `upTo`.
///
/// @param removed the past of the channel was removed up to this offset; 0 when it was not
/// @param logEnd no offset of the channel is higher at the moment; 0 when that was not asked
record Answer(String epoch, long followId, long from, long upTo, List<LogEntry> entries, long removed, long logEnd) {

    Answer {
        entries = List.copyOf(entries);
    }

    /// Puts the parts of a long answer together. They come one after another; when one is missing, nothing comes
    /// of the answer, and one that comes again adds nothing.
    ///
    /// Confined to the feed's thread.
    static final class Parts {

        private @Nullable Answer begun;
        private int count;

        /// Adds a part; gives the whole answer with the last one, and null before.
        @Nullable
        Answer add(InboxMessage.Followed part) {
            if (part.part() == 0) {
                begun = answer(part, part.from(), part.entries());
            } else if (begun == null || begun.followId() != part.followId() || part.part() > count) {
                begun = null;
            } else if (part.part() < count) {
                return null;
            } else {
                begun = join(begun, part);
            }
            count = part.part() + 1;
            if (part.more()) {
                return null;
            }
            var whole = begun;
            begun = null;
            return whole;
        }

        private static @Nullable Answer join(Answer before, InboxMessage.Followed part) {
            if (before.upTo() != part.from() || !before.epoch().equals(part.epoch())) {
                return null; // of another answer to the same follow
            }
            var entries = new ArrayList<>(before.entries());
            entries.addAll(part.entries());
            return answer(part, before.from(), entries);
        }

        private static Answer answer(InboxMessage.Followed last, long from, List<LogEntry> entries) {
            return new Answer(last.epoch(), last.followId(), from, last.upTo(), entries, last.removed(), last.logEnd());
        }
    }
}
