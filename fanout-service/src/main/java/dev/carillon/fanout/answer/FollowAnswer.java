package dev.carillon.fanout.answer;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.fanout.route.Ring;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a follow: everything after what the node has, if the ring still knows it, else everything that
/// the ring knows, and then `from` tells the node that something is missing.
///
/// Each part of a long answer begins (`from`) where the one before ended (`upTo`), and has a number, so that a
/// lost part is missed.
final class FollowAnswer {

    private FollowAnswer() {}

    /// What a node asked.
    ///
    /// @param since what the node has, or null when it only wants what comes
    /// @param wantsEnd whether it has to know how far the log reaches
    record Asked(long followId, @Nullable Position since, boolean wantsEnd) {}

    /// How far the log is known.
    ///
    /// @param position how far the owner has read; the ring knows everything of the channel between its floor and
    /// here
    /// @param end no position can be after this
    record Extent(long position, long end) {
        Extent {
            end = Math.max(position, end);
        }
    }

    static List<InboxMessage.Followed> parts(String epoch, Channel channel, Asked asked, Ring ring, Extent extent) {
        var since = asked.since();
        long from = from(epoch, since, ring, extent);
        // The node may have heard more than this owner has read yet, from the owner before.
        long upTo = since != null && from == since.offset() ? Math.max(extent.position(), from) : extent.position();
        List<LogEntry> entries = since == null ? List.of() : ring.after(from);
        var parts = new ArrayList<InboxMessage.Followed>();
        long begin = from;
        for (var part : Parts.of(entries)) {
            long end = part.more() ? part.entries().getLast().offset() : upTo;
            parts.add(new InboxMessage.Followed(
                    epoch,
                    channel,
                    asked.followId(),
                    begin,
                    end,
                    part.more(),
                    part.entries(),
                    ring.removed(),
                    asked.wantsEnd() ? extent.end() : 0,
                    parts.size()));
            begin = end;
        }
        return parts;
    }

    private static long from(String epoch, @Nullable Position since, Ring ring, Extent extent) {
        if (since == null) {
            return extent.position();
        }
        if (!since.epoch().equals(epoch)) {
            return ring.floor();
        }
        if (since.offset() > extent.end()) {
            // Nobody can have seen that: the position is made up, or of a log that was cut.
            return since.offset() + 1;
        }
        return Math.max(since.offset(), ring.floor());
    }
}
