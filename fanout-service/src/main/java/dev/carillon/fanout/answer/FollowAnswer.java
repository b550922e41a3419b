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
/// Each part of a long answer begins (`from`) where the one before ended (`upTo`), so that a lost part is
/// missed.
final class FollowAnswer {

    private FollowAnswer() {}

    /// @param since what the node has, or null when it only wants what comes
    /// @param position how far the owner has read; the ring knows everything of the channel between its floor and
    /// here
    /// @param logEnd no position can be after this
    static List<InboxMessage.Followed> parts(
            String epoch,
            Channel channel,
            long followId,
            @Nullable Position since,
            Ring ring,
            long position,
            long logEnd) {
        long from = from(epoch, since, ring, position, logEnd);
        // The node may have heard more than this owner has read yet, from the owner before.
        long upTo = since != null && from == since.offset() ? Math.max(position, from) : position;
        List<LogEntry> entries = since == null ? List.of() : ring.after(from);
        var parts = new ArrayList<InboxMessage.Followed>();
        long begin = from;
        for (var part : Parts.of(entries)) {
            long end = part.more() ? part.entries().getLast().offset() : upTo;
            parts.add(new InboxMessage.Followed(
                    epoch, channel, followId, begin, end, part.more(), part.entries(), ring.removed()));
            begin = end;
        }
        return parts;
    }

    private static long from(String epoch, @Nullable Position since, Ring ring, long position, long logEnd) {
        if (since == null) {
            return position;
        }
        if (!since.epoch().equals(epoch)) {
            return ring.floor();
        }
        if (since.offset() > Math.max(position, logEnd)) {
            // Nobody can have seen that: the position is made up, or of a log that was cut.
            return since.offset() + 1;
        }
        return Math.max(since.offset(), ring.floor());
    }
}
