package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Where everybody on this node who listens to a channel gets its publications from.
///
/// Safe for use by many event loops: each has a shard of its own.
@Singleton
public final class Feed {

    Feed() {}

    /// Subscribes to a channel; call it on an event loop. The subscriber is called back on that loop.
    ///
    /// @param since what the subscriber has already, or null when it only wants what comes. An empty epoch
    ///     stands for
    ///     the present one.
    public Subscription subscribe(Channel channel, @Nullable Position since, Subscriber subscriber) {
        throw new UnsupportedOperationException("soon");
    }
}
