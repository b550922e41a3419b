package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Asks the owners of channels for pages of their past.
///
/// Safe for use by many threads; stages complete on a thread of the feed, so hop back to your own.
@Singleton
public final class Histories {

    Histories() {}

    /// A page of a channel's past.
    ///
    /// @param after where the page begins (excluded), or null for the oldest (in reverse: the newest) that
    ///     is known
    /// @param limit how many entries at most; 0 for only the position
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.HistoryPage> page(
            Channel channel, @Nullable Position after, int limit, boolean reverse) {
        throw new UnsupportedOperationException("soon");
    }
}
