package dev.carillon.fanout.answer;

import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.fanout.route.Ring;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of a channel's past, as far as the ring knows it. It says `complete` only if nothing is missing from
/// what the page should hold.
final class HistoryAnswer {

    private HistoryAnswer() {}

    /// @param isWhole whether the ring goes up to where the page ends
    /// @param position how far the owner has read
    /// @param logStart the log itself has nothing before this
    static List<InboxMessage.HistoryPage> parts(
            String epoch, ChannelQuery.History query, Ring ring, boolean isWhole, long position, long logStart) {
        var after = query.after();
        boolean isOurs = after == null || after.epoch().equals(epoch);
        List<LogEntry> entries;
        boolean complete;
        if (query.reverse()) {
            entries = ring.before(after == null || !isOurs ? Long.MAX_VALUE : after.offset(), query.limit());
            boolean isFull = entries.size() == query.limit();
            complete = isOurs && isWhole && (isFull || reachesBeginning(after, ring, logStart));
        } else {
            entries = ring.after(after == null || !isOurs ? 0 : after.offset(), query.limit());
            complete = isOurs && isWhole && (after == null || after.offset() >= ring.floor() || query.limit() == 0);
        }
        return parts(epoch, query, position, entries, complete);
    }

    /// Whether the channel has nothing that is older than what the ring has.
    private static boolean reachesBeginning(@Nullable Position before, Ring ring, long logStart) {
        return ring.floor() <= Math.max(logStart, ring.removed())
                || (before != null && before.offset() <= ring.removed());
    }

    private static List<InboxMessage.HistoryPage> parts(
            String epoch, ChannelQuery.History query, long position, List<LogEntry> entries, boolean complete) {
        var pages = new ArrayList<InboxMessage.HistoryPage>();
        for (var part : Parts.of(entries)) {
            pages.add(new InboxMessage.HistoryPage(
                    epoch,
                    query.channel(),
                    query.queryId(),
                    complete,
                    position,
                    part.more(),
                    part.entries(),
                    pages.size()));
        }
        return pages;
    }
}
