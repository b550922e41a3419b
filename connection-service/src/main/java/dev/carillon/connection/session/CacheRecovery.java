package dev.carillon.connection.session;

import dev.carillon.connection.feed.Publication;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A subscription whose channel is asked for its newest publication, while others come live already.
///
/// Confined to the session's event loop.
final class CacheRecovery {

    private final Position joined;
    private final List<Publication> live = new ArrayList<>(0);

    /// @param joined what comes after this comes live
    CacheRecovery(Position joined) {
        this.joined = joined;
    }

    /// What came of it.
    ///
    /// @param position where the channel was when the newest publication was asked for, or later
    /// @param newest null when there is none
    /// @param later what came live after the newest one
    record Found(Position position, @Nullable Publication newest, List<Publication> later) {

        /// Whether a client that is there has the newest one already.
        boolean isAt(StreamPosition client) {
            return newest != null
                    && newest.offset() == client.offset()
                    && client.epoch().equals(position.epoch());
        }
    }

    /// Keeps what comes meanwhile.
    ///
    /// @return false when it is too much
    boolean hold(Publication publication) {
        return live.size() < SessionLimits.MAX_WAITING_COMMANDS && live.add(publication);
    }

    Found end(InboxMessage.HistoryPage page) {
        var newest =
                page.entries().isEmpty() ? null : new Publication(page.entries().getFirst());
        if (newest == null) {
            return new Found(joined, null, live);
        }
        long offset = newest.offset();
        var later = live.stream().filter(next -> next.offset() > offset).toList();
        return new Found(new Position(joined.epoch(), Math.max(offset, joined.offset())), newest, later);
    }
}
