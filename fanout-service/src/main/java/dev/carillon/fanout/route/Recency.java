package dev.carillon.fanout.route;

import org.jspecify.annotations.Nullable;

/// Channels from the least to the most recently used. A channel is in one such list at most; the links are in
/// the channel itself, so nothing is allocated.
final class Recency {

    private @Nullable ChannelMemory oldest;
    private @Nullable ChannelMemory newest;
    private int size;

    @Nullable
    ChannelMemory oldest() {
        return oldest;
    }

    int size() {
        return size;
    }

    /// Makes `channel` the most recently used one here, and takes it out of wherever it was.
    void touch(ChannelMemory channel) {
        if (newest == channel) {
            return;
        }
        remove(channel);
        channel.recency = this;
        channel.older = newest;
        if (newest == null) {
            oldest = channel;
        } else {
            newest.newer = channel;
        }
        newest = channel;
        size++;
    }

    /// Takes `channel` out of the list that it is in, if any.
    static void remove(ChannelMemory channel) {
        var list = channel.recency;
        if (list == null) {
            return;
        }
        var older = channel.older;
        var newer = channel.newer;
        if (older == null) {
            list.oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            list.newest = older;
        } else {
            newer.older = older;
        }
        list.size--;
        channel.recency = null;
        channel.older = null;
        channel.newer = null;
    }
}
