package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    private final int partition;
    private final int partitions;
    private final long logStart;
    private final Limits limits;
    private final Map<Channel, ChannelMemory> channels = new HashMap<>();
    private final Map<String, Set<ChannelMemory>> followed = new HashMap<>();
    private final Recency remembered = new Recency();
    private final Recency idle = new Recency();
    private final Repeats repeats;
    private List<ChannelMemory> moved = new ArrayList<>();
    private long unknownFloor;
    private long position;
    private long ringBytes;
    private int followers;

    /// @param partition which one
    /// @param partitions of the log: P
    /// @param logStart the oldest offset that the log still has
    /// @param start the offset of the first record that will be admitted
    public PartitionMemory(int partition, int partitions, long logStart, long start, Limits limits) {
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
        long before = channel.ring().bytes();
        channel.ring().expire(now - limits.historyTtl().toMillis());
        ringBytes += channel.ring().bytes() - before;
        settle(channel);
    }

    /// Remembers what was found in the log before what is remembered of a channel, if there is room for all of
    /// it.
    ///
    /// @param known everything after its floor
    public void deepen(Channel name, Ring known) {
        var channel = channel(name);
        boolean isDeeper = known.floor() < channel.ring().floor()
                && known.last() >= channel.ring().last();
        if (isDeeper && known.size() <= limits.historySize()) {
            ringBytes += known.bytes() - channel.ring().bytes();
            channel.ring().become(known);
        }
        settle(channel);
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
        long before = now - limits.historyTtl().toMillis();
        var oldest = remembered.oldest();
        while (oldest != null && oldest.ring().newestTimestamp() < before) {
            forget(oldest);
            oldest = remembered.oldest();
        }
    }

    /// Forgets the publications of the least recently used channel, or the oldest one if it is the only
    /// channel.
    ///
    /// @return whether there was anything to forget
    public boolean evict() {
        var oldest = remembered.oldest();
        if (oldest == null) {
            return false;
        }
        if (remembered.size() > 1) {
            forget(oldest);
            return true;
        }
        long before = oldest.ring().bytes();
        oldest.ring().forgetOldest();
        ringBytes += oldest.ring().bytes() - before;
        settle(oldest);
        return true;
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
        var ring = channel.ring();
        long before = ring.bytes();
        ring.append(entry, timestamp);
        ring.keep(limits.historySize());
        ring.expire(now - limits.historyTtl().toMillis());
        ringBytes += ring.bytes() - before;
        settle(channel);
    }

    private void forget(ChannelMemory channel) {
        ringBytes -= channel.ring().bytes();
        channel.ring().clear();
        settle(channel);
    }

    /// Puts a channel where it belongs after a change, and lets the longest idle ones go.
    private void settle(ChannelMemory channel) {
        if (!channel.ring().isEmpty()) {
            remembered.touch(channel);
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
