package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Lifecycle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the owner knows about one channel. Confined to the thread of the partition's owner.
public final class ChannelMemory {

    private static final Follower[] NOBODY = {};
    private static final EndpointIndex.Place[] NOWHERE = {};

    private final Channel channel;
    private final Ring ring;
    private Follower[] followers = NOBODY;
    private EndpointIndex.Place[] places = NOWHERE;
    private int placesVersion = -1;
    private NamespaceIndex.@Nullable Keeping keeping;
    private int keepingVersion = -1;
    private boolean occupied;
    boolean listedAsMoved;

    /// When it was last used, in milliseconds since 1970; published in, followed or read.
    long usedAt;

    /// Links of the one [Recency] that this channel is in, if any.
    @Nullable
    Recency recency;

    @Nullable
    ChannelMemory older;

    @Nullable
    ChannelMemory newer;

    ChannelMemory(Channel channel, long floor) {
        this(channel, new Ring(floor));
    }

    ChannelMemory(Channel channel, Ring ring) {
        this.channel = channel;
        this.ring = ring;
    }

    public Channel channel() {
        return channel;
    }

    public Ring ring() {
        return ring;
    }

    public List<Follower> followers() {
        return List.of(followers);
    }

    /// Without a copy, for the hot path; not to be changed.
    Follower[] followersInPlace() {
        return followers;
    }

    public boolean isFollowed() {
        return followers.length > 0;
    }

    /// Whether it was told that somebody follows the channel, and not yet that nobody does any more.
    public boolean isOccupied() {
        return occupied;
    }

    public void occupied(boolean yes) {
        occupied = yes;
    }

    /// The node's follow, or null.
    public @Nullable Follower follower(String node) {
        for (var follower : followers) {
            if (follower.inbox().node().equals(node)) {
                return follower;
            }
        }
        return null;
    }

    /// The endpoints that want an event of this type here. Their places are looked up anew only after a change
    /// of the index. No endpoint gets what is about itself: what tells that it fails would fail as well.
    List<EndpointIndex.Target> targets(EndpointIndex index, String type) {
        int version = index.version();
        if (version != placesVersion) {
            places = index.places(channel);
            placesVersion = version;
        }
        var targets = EndpointIndex.wanting(places, type);
        var self = channel.isReserved() ? Lifecycle.endpointOf(channel) : "";
        return self.isEmpty()
                ? targets
                : targets.stream().filter(target -> !target.id().equals(self)).toList();
    }

    /// What is kept of this channel, looked up anew only after a change of the index.
    NamespaceIndex.Keeping keeping(NamespaceIndex index) {
        int version = index.version();
        var known = keeping;
        if (known == null || version != keepingVersion) {
            known = index.of(channel);
            keeping = known;
            keepingVersion = version;
        }
        return known;
    }

    void add(Follower follower) {
        remove(follower.inbox().node());
        followers = Arrays.copyOf(followers, followers.length + 1);
        followers[followers.length - 1] = follower;
    }

    void remove(String node) {
        followers = Arrays.stream(followers)
                .filter(follower -> !follower.inbox().node().equals(node))
                .toArray(Follower[]::new);
    }
}
