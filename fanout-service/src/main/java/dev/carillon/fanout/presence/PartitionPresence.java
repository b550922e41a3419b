package dev.carillon.fanout.presence;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Presence;
import dev.carillon.fanout.route.Watermark;
import dev.carillon.kit.Partitions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is in the channels of one partition, as the rows of the presence topic say.
///
/// ```
///   row ──▶ in ── tombstone ──▶ leaving ── delay ──▶ out: told that it left
///            ▲                     │
///            └─ row of the same ───┘ told nothing
/// ```
///
/// Only records of the topic change who is in, so a new owner that reads them comes to the same. Nodes that
/// died write no tombstones: the owner writes them in their place, and acts when it reads them back. Nothing
/// here takes time in proportion to the members of a channel, but [ChannelMembers#list()].
///
/// Decides only: no clock, no I/O. Confined to one thread at a time: first that of the take-over, then the
/// worker's.
public final class PartitionPresence {

    /// How it works.
    ///
    /// @param maxListed members of a channel of whom it is remembered who they are; more are counted
    /// @param delay how long after it went somebody may come back without a word
    /// @param heard rows of members of whom somebody hears that they come and go
    public record Rules(int maxListed, Duration delay, Predicate<Presence> heard) {}

    /// What a row came to.
    sealed interface Coming {
        /// Nothing that has to be told.
        record Quiet() implements Coming {}

        /// Somebody came.
        record Joined(Membership membership) implements Coming {}

        /// Somebody who just went is back.
        record Back(Leaving went) implements Coming {}
    }

    /// What a tombstone came to.
    sealed interface Going {
        /// Nothing that has to be told, now or later.
        record Quiet() implements Going {}

        /// The tombstone was meant for an older row than the one that is there.
        record Outdated(Membership membership) implements Going {}

        /// Somebody went; to be told when it is [#due].
        record Later(Leaving went) implements Going {}
    }

    private record Ending(Membership membership, long writtenAt) {}

    private final int partition;
    private final int partitions;
    private final Rules rules;
    private final Map<Channel, ChannelMembers> channels = new HashMap<>();
    private final Map<String, Set<Membership>> byNode = new HashMap<>();
    private final ArrayDeque<Leaving> leaving = new ArrayDeque<>();
    private final ArrayDeque<Ending> endings = new ArrayDeque<>();
    private long position;
    private long knownEnd;
    private int size;

    /// @param partition which one
    /// @param partitions of the log: P
    public PartitionPresence(int partition, int partitions, Rules rules) {
        this.partition = partition;
        this.partitions = partitions;
        this.rules = rules;
    }

    public int partition() {
        return partition;
    }

    /// Takes over a row from before the commit: whatever had to be told of it was told.
    ///
    /// @param timestamp of the record, in milliseconds
    public void load(Presence row, long offset, long timestamp) {
        came(row, offset, timestamp);
        forgetLeaving(timestamp);
    }

    /// Takes over a tombstone from before the commit. Somebody who went may be back with a row after the
    /// commit: that is why the owner before told nothing.
    ///
    /// @param meant as in [#went]
    /// @param timestamp of the record, in milliseconds
    /// @param now in nanoseconds, as in [#went]
    public void loadGone(Presence.Key key, long offset, long meant, long timestamp, long now) {
        if (went(key, offset, meant, timestamp, now, null) instanceof Going.Later(var went)) {
            went.silence();
        }
        forgetLeaving(timestamp);
    }

    /// All that was before the commit is loaded.
    ///
    /// @param next where reading goes on
    /// @param end where the topic ended; what is between them is still to be read
    public void loaded(long next, long end) {
        position = next;
        knownEnd = end;
    }

    /// Whether all that the topic held at the take-over, and all below `offset`, was read.
    public boolean isRead(long offset) {
        return position >= Math.max(offset, knownEnd);
    }

    /// Notes that everything below `offset` was read.
    public void skipTo(long offset) {
        position = Math.max(position, offset);
    }

    /// A row.
    ///
    /// @param timestamp of the record, in milliseconds
    Coming came(Presence row, long offset, long timestamp) {
        skipTo(offset + 1);
        var members = members(row.channel());
        var before = members.get(row.member().client());
        var now = membership(row, offset, members);
        put(members, now);
        if (before != null) {
            return new Coming.Quiet();
        }
        var back = now.isHeard() ? members.back(row, timestamp, rules.delay().toMillis()) : null;
        if (back != null) {
            settle(back);
            return new Coming.Back(back);
        }
        return now.isHeard() ? new Coming.Joined(now) : new Coming.Quiet();
    }

    /// A tombstone.
    ///
    /// @param meant the offset of the newest row that it means; negative for whatever row there is
    /// @param timestamp of the record, in milliseconds
    /// @param now in nanoseconds, from anywhere
    /// @param ticket kept when something is to be told later
    Going went(Presence.Key key, long offset, long meant, long timestamp, long now, Watermark.@Nullable Ticket ticket) {
        skipTo(offset + 1);
        var members = channels.get(key.channel());
        var membership = members == null ? null : members.get(key.client());
        if (members == null || membership == null) {
            return new Going.Quiet();
        }
        if (meant >= 0 && meant < membership.offset()) {
            return new Going.Outdated(membership);
        }
        remove(members, membership);
        if (!membership.isHeard()) {
            forgetIfEmpty(key.channel(), members);
            return new Going.Quiet();
        }
        var went =
                new Leaving(membership, offset, timestamp, now + rules.delay().toNanos(), ticket);
        members.add(went);
        leaving.add(went);
        return new Going.Later(went);
    }

    /// Those who went long enough ago to tell it.
    ///
    /// @param now in nanoseconds, as for [#went]
    List<Leaving> due(long now) {
        var due = new ArrayList<Leaving>(0);
        for (var next = leaving.peek();
                next != null && (next.isSettled() || next.due() - now <= 0);
                next = leaving.peek()) {
            leaving.remove();
            if (!next.isSettled()) {
                settle(next);
                if (!next.isSilent()) {
                    due.add(next);
                }
            }
        }
        return due;
    }

    /// Those whose node is dead: tombstones have to be written for them.
    ///
    /// @param incarnation of the node; members of newer ones stay
    /// @param now in nanoseconds
    List<Membership> end(String node, long incarnation, long now) {
        return byNode.getOrDefault(node, Set.of()).stream()
                .filter(membership -> membership.row().incarnation() <= incarnation && !membership.isEnding())
                .map(membership -> ending(membership, now))
                .toList();
    }

    /// As [#end], for all whose row is no longer good.
    List<Membership> end(Predicate<Presence> dead, long now) {
        return byNode.values().stream()
                .flatMap(Set::stream)
                .filter(membership -> !membership.isEnding() && dead.test(membership.row()))
                .map(membership -> ending(membership, now))
                .toList();
    }

    /// Those whose tombstones have not been read although they were written before then: to be written again.
    List<Membership> overdue(long writtenBefore, long now) {
        var overdue = new ArrayList<Membership>(0);
        for (var next = endings.peek(); next != null && next.writtenAt() - writtenBefore < 0; next = endings.peek()) {
            endings.remove();
            var membership = next.membership();
            if (membership.isEnding() && isIn(membership)) {
                overdue.add(ending(membership, now));
            }
        }
        return overdue;
    }

    @Nullable
    ChannelMembers find(Channel channel) {
        return channels.get(channel);
    }

    /// How many members all channels have together.
    public int size() {
        return size;
    }

    private ChannelMembers members(Channel channel) {
        var known = channels.get(channel);
        if (known != null) {
            return known;
        }
        if (Partitions.of(channel, partitions) != partition) {
            throw new IllegalArgumentException("presence row is in the wrong partition");
        }
        var made = new ChannelMembers();
        channels.put(channel, made);
        return made;
    }

    /// Whoever was listed stays so; and nobody hears that somebody goes who did not hear that it came.
    private Membership membership(Presence row, long offset, ChannelMembers members) {
        var before = members.get(row.member().client());
        boolean room = members.clients() < rules.maxListed() || (before != null && before.isListed());
        boolean listed = room && !row.counted();
        boolean heard = before == null ? rules.heard().test(row) : before.isHeard();
        return new Membership(row, offset, listed, listed && heard);
    }

    private void put(ChannelMembers members, Membership membership) {
        var before = members.get(membership.member().client());
        if (before != null) {
            remove(members, before);
        }
        members.put(membership);
        byNode.computeIfAbsent(membership.row().node(), _ -> new HashSet<>()).add(membership);
        size++;
    }

    private void remove(ChannelMembers members, Membership membership) {
        members.remove(membership);
        var ofNode = byNode.get(membership.row().node());
        if (ofNode != null && ofNode.remove(membership) && ofNode.isEmpty()) {
            byNode.remove(membership.row().node());
        }
        size--;
    }

    /// Forgets those who would not count as back any more.
    private void forgetLeaving(long timestamp) {
        long oldest = timestamp - rules.delay().toMillis();
        for (var next = leaving.peek(); next != null && next.timestamp() <= oldest; next = leaving.peek()) {
            leaving.remove();
            if (!next.isSettled()) {
                settle(next);
            }
        }
    }

    private void settle(Leaving went) {
        went.settle();
        var channel = went.membership().row().channel();
        var members = channels.get(channel);
        if (members != null) {
            members.drop(went);
            forgetIfEmpty(channel, members);
        }
    }

    private void forgetIfEmpty(Channel channel, ChannelMembers members) {
        if (members.isForgotten()) {
            channels.remove(channel);
        }
    }

    private Membership ending(Membership membership, long now) {
        membership.ending(true);
        endings.add(new Ending(membership, now));
        return membership;
    }

    private boolean isIn(Membership membership) {
        var members = channels.get(membership.row().channel());
        return members != null && members.get(membership.member().client()) == membership;
    }
}
