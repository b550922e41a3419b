package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import java.util.LinkedHashMap;

/// Up to where the past of the channels of one partition was removed. Bounded: when there are too many, the
/// oldest removals count for every channel of the partition, so that nothing comes back.
///
/// Confined to one thread at a time, as [PartitionMemory].
public final class Removals {

    private static final int MAX_CHANNELS = 100_000;

    private final int maxChannels;
    private final LinkedHashMap<Channel, Long> upTo = new LinkedHashMap<>();
    private long ofAll;

    public Removals() {
        this(MAX_CHANNELS);
    }

    Removals(int maxChannels) {
        this.maxChannels = maxChannels;
    }

    /// Of a single channel; 0 for no removal.
    public static Removals of(Channel channel, long offset) {
        var one = new Removals();
        one.add(channel, offset);
        return one;
    }

    /// Notes that the channel's past up to `offset` is gone.
    public void add(Channel channel, long offset) {
        long before = upTo.getOrDefault(channel, 0L);
        upTo.putLast(channel, Math.max(offset, before));
        if (upTo.size() > maxChannels) {
            var oldest = upTo.pollFirstEntry();
            ofAll = Math.max(ofAll, oldest == null ? 0 : oldest.getValue());
        }
    }

    /// The offset up to which nothing of the channel may be given to anybody; 0 when nothing was removed.
    public long upTo(Channel channel) {
        return Math.max(ofAll, upTo.getOrDefault(channel, 0L));
    }
}
