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

    /// Puts the parts of a long answer together. Each begins where the one before ended; when one is missing,
    /// nothing comes of the answer.
    ///
    /// Confined to the feed's thread.
    static final class Parts {

        private @Nullable Answer begun;

        /// Adds a part; gives the whole answer with the last one, and null before.
        @Nullable
        Answer add(InboxMessage.Followed part) {
            var whole = join(part);
            begun = part.more() ? whole : null;
            return part.more() ? null : whole;
        }

        private @Nullable Answer join(InboxMessage.Followed part) {
            var before = begun;
            if (before == null || before.followId() != part.followId()) {
                return answer(part, part.from(), part.entries());
            }
            if (before.upTo() != part.from() || !before.epoch().equals(part.epoch())) {
                return null;
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
