package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import org.jspecify.annotations.Nullable;

/// One subscriber of one channel. Two threads know it, each its own part: the shard's loop what is `public` or
/// about the place in its audience, the feed's thread the phase.
final class Listening implements Subscription {

    /// How far the feed's thread has come with it.
    enum Phase {
        WAITING,
        IN,
        GONE
    }

    private final Shard shard;
    private final Channel channel;
    private final @Nullable Position since;
    private final Subscriber subscriber;

    private Phase phase = Phase.WAITING;

    private boolean cancelled;
    private int place = -1;

    Listening(Shard shard, Channel channel, @Nullable Position since, Subscriber subscriber) {
        this.shard = shard;
        this.channel = channel;
        this.since = since;
        this.subscriber = subscriber;
    }

    Shard shard() {
        return shard;
    }

    Channel channel() {
        return channel;
    }

    @Nullable
    Position since() {
        return since;
    }

    Subscriber subscriber() {
        return subscriber;
    }

    /// On the feed's thread only.
    Phase phase() {
        return phase;
    }

    /// On the feed's thread only.
    void phase(Phase changed) {
        phase = changed;
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            shard.left(this);
        }
    }

    /// On the shard's loop only.
    boolean isCancelled() {
        return cancelled;
    }

    /// The place in the audience, -1 for none. On the shard's loop only.
    int place() {
        return place;
    }

    /// On the shard's loop only.
    void place(int changed) {
        place = changed;
    }
}
