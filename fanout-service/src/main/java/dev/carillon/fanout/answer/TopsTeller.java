package dev.carillon.fanout.answer;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.fanout.route.ChannelMemory;
import dev.carillon.fanout.route.Inbox;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.fanout.route.PartitionMemory;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/// Tells every node, every few seconds, how far the channels that it follows are, if they moved: so that a lost
/// last publication is found. A node that something was lost for is told about everything that it follows.
///
/// Costs nothing for channels that did not move. Confined to the worker's thread.
public final class TopsTeller {

    private static final int MAX_CHANNELS = 1000;

    private final String epoch;
    private final Outlet outlet;
    private final Map<Inbox, Long> knownLosses = new WeakHashMap<>();

    /// @param epoch of the log
    public TopsTeller(String epoch, Outlet outlet) {
        this.epoch = epoch;
        this.outlet = outlet;
    }

    /// Tells what moved since the last call.
    public void tell(Collection<PartitionMemory> owned) {
        var lossy = new HashMap<Inbox, Long>();
        owned.forEach(memory -> listLosses(memory, lossy));
        var tops = new HashMap<Inbox, Map<Channel, Long>>();
        for (var memory : owned) {
            for (var channel : memory.takeMoved()) {
                add(channel, tops);
            }
        }
        tops.forEach(this::send);
        // As of before: if these tops are lost too, the next call tells them again.
        knownLosses.putAll(lossy);
    }

    private void listLosses(PartitionMemory memory, Map<Inbox, Long> lossy) {
        for (var node : memory.nodes()) {
            for (var channel : memory.followedBy(node)) {
                var follower = channel.follower(node);
                if (follower == null || !isLossy(follower.inbox(), lossy)) {
                    break;
                }
                memory.moved(channel);
            }
        }
    }

    private boolean isLossy(Inbox inbox, Map<Inbox, Long> lossy) {
        long losses = inbox.losses();
        if (losses == knownLosses.getOrDefault(inbox, 0L) || !outlet.isOpen(inbox)) {
            return false;
        }
        lossy.putIfAbsent(inbox, losses);
        return true;
    }

    private void add(ChannelMemory channel, Map<Inbox, Map<Channel, Long>> tops) {
        for (var follower : channel.followers()) {
            if (follower.listens()) {
                tops.computeIfAbsent(follower.inbox(), _ -> new HashMap<>())
                        .put(channel.channel(), channel.ring().last());
            }
        }
    }

    private void send(Inbox inbox, Map<Channel, Long> tops) {
        var part = new HashMap<Channel, Long>();
        for (var top : tops.entrySet()) {
            part.put(top.getKey(), top.getValue());
            if (part.size() == MAX_CHANNELS) {
                sendPart(inbox, part);
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            sendPart(inbox, part);
        }
    }

    private void sendPart(Inbox inbox, Map<Channel, Long> part) {
        outlet.tell(inbox, InboxCodec.encode(new InboxMessage.Tops(epoch, part)), null, null);
    }
}
