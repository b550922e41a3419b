package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Everything that the owner of a partition knows: its channels with their rings and followers, idempotency
/// keys, and how far the log was read. All of it comes from topics, so a new owner rebuilds it.
///
/// A channel that is not in here has nothing after `unknownFloor`: the greatest offset of what was forgotten,
/// or the place where reading began.
///
/// Confined to one thread at a time: first that of the take-over, then the worker's.
public final class PartitionMemory {

    /// More than any time.
    private static final long FOLLOWED = 1L << 60;

    private final int partition;
    private final int partitions;
    private final long logStart;
    private final Limits limits;
    private final NamespaceIndex namespaces;
    private final Map<Channel, ChannelMemory> channels = new HashMap<>();
    private final Map<String, Set<ChannelMemory>> followed = new HashMap<>();
    /// In each of these the least recently used has the oldest publications.
    private final Map<Kind, Recency> remembered = new HashMap<>(2);
    private final Recency idle = new Recency();
    private final Repeats repeats;
    private List<ChannelMemory> moved = new ArrayList<>();
    private long unknownFloor;
    private long position;
    private long latest;
    private long ringBytes;
    private int followers;

    /// Channels that are evicted, and become too old, in the order of their use.
    private record Kind(long ttlMillis, boolean followed) {}

    /// @param partition which one
    /// @param partitions of the log: P
    /// @param logStart the oldest offset that the log still has
    /// @param start the offset of the first record that will be admitted
    public PartitionMemory(int partition, int partitions, long logStart, long start, Limits limits) {
        this(
                partition,
                partitions,
                logStart,
                start,
                limits,
                new NamespaceIndex(limits.historySize(), limits.historyTtl()));
    }

    /// @param namespaces say what is kept of a channel, instead of `limits`
    public PartitionMemory(
            int partition, int partitions, long logStart, long start, Limits limits, NamespaceIndex namespaces) {
        this.namespaces = namespaces;
        this.partition = partition;
        this.partitions = partitions;
        this.logStart = logStart;
        this.unknownFloor = start;
        this.position = start;
        this.limits = limits;
        this.repeats = new Repeats(limits.idempotencyWindow());
    }

    /// Reads the next record of the log and remembers what is in it.
    ///
    /// @param now milliseconds since the epoch
    public Admission admit(ConsumerRecord<byte[], byte[]> record, long now) {
        position = record.offset() + 1;
        LogEntry entry;
        ChannelMemory channel;
        try {
            entry = new LogEntry(position, read(record));
            check(entry);
            channel = channel(entry.event().channel());
        } catch (RuntimeException e) {
            return new Admission.Unreadable(String.valueOf(e.getMessage()));
        }
        // A record from the future must not stay for ever.
        long timestamp = record.timestamp() < 0 ? now : Math.min(record.timestamp(), now);
        latest = Math.max(latest, timestamp);
        var key = EventRecords.text(record.headers(), EventHeaders.IDEMPOTENCY_KEY, "");
        if (!key.isEmpty() && repeats.isRepeat(channel.channel(), key, record.timestamp(), now)) {
            settle(channel);
            return new Admission.Repeat();
        }
        long previous = channel.ring().last();
        remember(channel, entry, timestamp, now);
        return new Admission.Fresh(channel, previous, entry);
    }

    /// Where the owner is: everything of the partition up to here was admitted. As an offset of positions, and
    /// the Kafka offset of the next record.
    public long position() {
        return position;
    }

    /// Notes that the log has nothing up to `offset` that was not admitted.
    public void skipTo(long offset) {
        position = Math.max(position, offset);
    }

    /// What is remembered of a channel, which may be nothing.
    ///
    /// @param now milliseconds since the epoch; what is too old by then is forgotten first
    public Ring ring(Channel name, long now) {
        var channel = channels.get(name);
        if (channel == null) {
            return new Ring(unknownFloor);
        }
        refresh(channel, now);
        return channel.ring();
    }

    public int partition() {
        return partition;
    }

    public long logStart() {
        return logStart;
    }

    /// The channel, made known if it is not; the caller adds something to it.
    ///
    /// @throws IllegalArgumentException when the channel belongs into another partition
    public ChannelMemory channel(Channel name) {
        var known = channels.get(name);
        if (known != null) {
            return known;
        }
        int home = Partitions.of(name, partitions);
        if (home != partition) {
            throw new IllegalArgumentException("record is in partition " + partition + ", but its channel belongs into "
                    + home + ": producers must partition by murmur2 of the channel");
        }
        var channel = new ChannelMemory(name, unknownFloor);
        channels.put(name, channel);
        return channel;
    }

    public @Nullable ChannelMemory find(Channel name) {
        return channels.get(name);
    }

    /// Forgets what became too old in a channel that is about to be read.
    public void refresh(ChannelMemory channel, long now) {
        latest = Math.max(latest, now);
        trim(channel, now);
        settle(channel);
    }

    /// Whether a channel has a past at all.
    public boolean keeps(Channel name) {
        return namespaces.of(name).size() > 0;
    }

    /// Remembers what was found in the log before what is remembered of a channel, if there is room for all of
    /// it.
    ///
    /// @param known everything after its floor
    public void deepen(Channel name, Ring known) {
        var channel = channel(name);
        boolean isDeeper = known.floor() < channel.ring().floor()
                && known.last() >= channel.ring().last();
        if (isDeeper && known.size() <= channel.keeping(namespaces).size()) {
            ringBytes += known.bytes() - channel.ring().bytes();
            channel.ring().become(known);
        }
        settle(channel);
    }

    /// Whether the channel's events are for its followers alone.
    boolean isEphemeral(ChannelMemory channel) {
        return channel.keeping(namespaces).ephemeral();
    }

    /// Adds a follower, or replaces what the node followed before.
    public void follow(ChannelMemory channel, Follower follower) {
        int before = channel.followersInPlace().length;
        channel.add(follower);
        followers += channel.followersInPlace().length - before;
        followed.computeIfAbsent(follower.inbox().node(), _ -> new LinkedHashSet<>())
                .add(channel);
        settle(channel);
    }

    /// Ends a node's follow of a channel.
    public void unfollow(ChannelMemory channel, String node) {
        int before = channel.followersInPlace().length;
        channel.remove(node);
        followers += channel.followersInPlace().length - before;
        var ofNode = followed.get(node);
        if (ofNode != null && ofNode.remove(channel) && ofNode.isEmpty()) {
            followed.remove(node);
        }
        settle(channel);
    }

    /// Ends what a node follows since `incarnation` or before.
    ///
    /// @return the keys of the rows that are void now
    public List<Interest.Key> unfollowAll(String node, long incarnation) {
        var ended = new ArrayList<Interest.Key>();
        for (var channel : List.copyOf(followed.getOrDefault(node, Set.of()))) {
            var follower = channel.follower(node);
            if (follower != null && follower.incarnation() <= incarnation) {
                unfollow(channel, node);
                ended.add(new Interest.Key(channel.channel(), node));
            }
        }
        return ended;
    }

    /// The nodes that follow something here.
    public Set<String> nodes() {
        return followed.keySet();
    }

    /// The channels that a node follows.
    public Set<ChannelMemory> followedBy(String node) {
        return followed.getOrDefault(node, Set.of());
    }

    /// Notes that followers have to be told how far the channel is.
    public void moved(ChannelMemory channel) {
        if (!channel.listedAsMoved && channel.ring().isMoved() && channel.isFollowed()) {
            channel.listedAsMoved = true;
            moved.add(channel);
        }
    }

    /// Notes that for every followed channel.
    public void allMoved() {
        followed.values().forEach(ofNode -> ofNode.forEach(this::moved));
    }

    /// The channels that moved since the last call.
    public List<ChannelMemory> takeMoved() {
        var taken = moved;
        if (taken.isEmpty()) {
            return List.of();
        }
        moved = new ArrayList<>();
        taken.forEach(channel -> channel.listedAsMoved = false);
        return taken;
    }

    /// Forgets publications of channels that are all too old. Takes time only for what is forgotten.
    public void expire(long now) {
        latest = Math.max(latest, now);
        remembered.forEach((kind, channels) -> {
            var oldest = channels.oldest();
            while (oldest != null && oldest.ring().newestTimestamp() < now - kind.ttlMillis()) {
                forget(oldest);
                oldest = channels.oldest();
            }
        });
    }

    /// Forgets the publications of the idlest channel, or the oldest one if it is the only channel. Channels
    /// that nobody follows are idler than all others; among each kind it is the least recently used one.
    ///
    /// @return whether there was anything to forget
    public boolean evict() {
        var idlest = longestUnused();
        if (idlest == null) {
            return false;
        }
        if (remembered.values().stream().mapToInt(Recency::size).sum() > 1) {
            forget(idlest);
            return true;
        }
        long before = idlest.ring().bytes();
        idlest.ring().forgetOldest();
        ringBytes += idlest.ring().bytes() - before;
        place(idlest);
        return true;
    }

    /// Ranks the channel that would be evicted next among those of other partitions: the lowest goes first.
    public long idlest() {
        var idlest = longestUnused();
        return idlest == null ? Long.MAX_VALUE : rank(idlest);
    }

    private @Nullable ChannelMemory longestUnused() {
        ChannelMemory found = null;
        for (var channels : remembered.values()) {
            var oldest = channels.oldest();
            if (oldest != null && (found == null || rank(oldest) < rank(found))) {
                found = oldest;
            }
        }
        return found;
    }

    private static long rank(ChannelMemory channel) {
        return channel.isFollowed() ? FOLLOWED + channel.usedAt : channel.usedAt;
    }

    /// The first channels by name, in no order. Looks at every channel once: for operators.
    ///
    /// @param prefix what their names begin with
    /// @param after a name that they come after
    public Collection<ChannelMemory> channels(String prefix, String after, int limit) {
        var last = Comparator.comparing(
                        (ChannelMemory channel) -> channel.channel().name())
                .reversed();
        var first = new PriorityQueue<>(limit + 1, last);
        for (var channel : channels.values()) {
            var name = channel.channel().name();
            if (name.startsWith(prefix) && name.compareTo(after) > 0) {
                first.add(channel);
                if (first.size() > limit) {
                    first.remove();
                }
            }
        }
        return first;
    }

    public long ringBytes() {
        return ringBytes;
    }

    public int channelCount() {
        return channels.size();
    }

    public int followerCount() {
        return followers;
    }

    private Event read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null && record.value().length > limits.maxEventSize()) {
            throw tooLarge();
        }
        return EventRecords.read(record);
    }

    /// What fits alone must fit with everything else that goes into the record of an inbox.
    private void check(LogEntry entry) {
        if (Sizes.encoded(entry) > limits.maxEventSize()) {
            throw tooLarge();
        }
    }

    private IllegalArgumentException tooLarge() {
        return new IllegalArgumentException("event is larger than " + limits.maxEventSize() + " bytes");
    }

    private void remember(ChannelMemory channel, LogEntry entry, long timestamp, long now) {
        long before = channel.ring().bytes();
        channel.ring().append(entry, timestamp);
        ringBytes += channel.ring().bytes() - before;
        trim(channel, now);
        settle(channel);
    }

    private void trim(ChannelMemory channel, long now) {
        var keeping = channel.keeping(namespaces);
        var ring = channel.ring();
        long before = ring.bytes();
        ring.keep(keeping.size());
        ring.expire(now - keeping.ttlMillis());
        ringBytes += ring.bytes() - before;
    }

    private void forget(ChannelMemory channel) {
        ringBytes -= channel.ring().bytes();
        channel.ring().clear();
        place(channel);
    }

    /// Notes that a channel was used.
    private void settle(ChannelMemory channel) {
        channel.usedAt = latest;
        place(channel);
    }

    /// Puts a channel where it belongs after a change, and lets the longest idle ones go.
    private void place(ChannelMemory channel) {
        if (!channel.ring().isEmpty()) {
            var kind = new Kind(channel.keeping(namespaces).ttlMillis(), channel.isFollowed());
            remembered.computeIfAbsent(kind, _ -> new Recency()).touch(channel);
            return;
        }
        if (channel.isFollowed()) {
            Recency.remove(channel);
            return;
        }
        idle.touch(channel);
        while (idle.size() > limits.idleChannels()) {
            letGo(idle.oldest());
        }
    }

    private void letGo(@Nullable ChannelMemory channel) {
        if (channel != null) {
            Recency.remove(channel);
            channels.remove(channel.channel());
            unknownFloor = Math.max(unknownFloor, channel.ring().last());
        }
    }
}
