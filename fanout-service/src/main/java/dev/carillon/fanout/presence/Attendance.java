package dev.carillon.fanout.presence;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.route.Inbox;
import dev.carillon.fanout.route.Inboxes;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Watermark;
import dev.carillon.kit.EventRecords;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Hears presence rows, tells the followers of a channel who came and who went, and writes tombstones in the
/// place of dead nodes.
///
/// What must be told is told at least once: the commit stays below a row or a tombstone until it is.
///
/// Confined to the worker's thread.
public final class Attendance {

    /// On a tombstone of ours: rows after this offset are not meant.
    public static final String ENDED_ROW = "carillon-ended-row";

    private static final Logger LOG = Logger.getLogger(Attendance.class);

    /// How long a tombstone of ours may be on its way before it is written again.
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

    private final String epoch;
    private final Inboxes inboxes;
    private final Outlet outlet;
    private final LifecycleLog lifecycle;
    private final LongSupplier nanoTime;
    private final FanoutMeters meters;

    /// Nodes whose rows were ended here although they may live.
    private final Set<String> ended = new HashSet<>();

    /// @param epoch of the log
    /// @param nanoTime a clock that never jumps, in nanoseconds
    public Attendance(
            String epoch,
            Inboxes inboxes,
            Outlet outlet,
            LifecycleLog lifecycle,
            LongSupplier nanoTime,
            FanoutMeters meters) {
        this.epoch = epoch;
        this.inboxes = inboxes;
        this.outlet = outlet;
        this.lifecycle = lifecycle;
        this.nanoTime = nanoTime;
        this.meters = meters;
    }

    /// The row that a tombstone of ours means at most; negative when it is not ours.
    public static long endedRow(Headers headers) {
        return Long.parseLong(EventRecords.text(headers, ENDED_ROW, "-1"));
    }

    /// Takes over a row of the presence topic.
    public void row(
            ConsumerRecord<byte[], byte[]> row,
            PartitionMemory memory,
            PartitionPresence presence,
            Watermark watermark) {
        var ticket = watermark.register(row.offset());
        try {
            var key = Presence.Key.fromBytes(row.key());
            if (row.value() == null) {
                went(row, key, presence, ticket);
            } else {
                came(row, Presence.fromBytes(key, row.value()), memory, presence, ticket);
            }
        } catch (RuntimeException e) {
            meters.unreadable.increment();
            LOG.debug("presence row is not usable, passed over", e);
            outlet.bury(row, String.valueOf(e.getMessage()), ticket);
        }
        presence.skipTo(row.offset() + 1);
        ticket.done();
    }

    /// Tells of those who went and did not come back.
    public void tellDue(PartitionMemory memory, PartitionPresence presence) {
        for (var went : presence.due(nanoTime.getAsLong())) {
            var row = went.membership().row();
            var ticket = went.ticket();
            if (row.announced()) {
                tell(memory, row.channel(), new InboxMessage.Left(epoch, row.channel(), row.member()), ticket);
            }
            lifecycle.member(Lifecycle.MEMBER_LEFT, row.channel(), row.member(), went.offset(), ticket);
            meters.left.increment();
            if (ticket != null) {
                ticket.done();
            }
        }
    }

    /// Ends what a node wrote as this or an older incarnation.
    public void end(String node, long incarnation, PartitionPresence presence) {
        var dead = presence.end(node, incarnation, nanoTime.getAsLong());
        if (!dead.isEmpty()) {
            ended.add(node);
            bury(dead, presence.partition());
        }
    }

    /// Ends, in a partition that was just taken over, what nodes wrote that are dead.
    public void endDead(PartitionPresence presence) {
        var dead = presence.end(
                row -> !inboxes.of(row.node(), row.incarnation()).listens(row.incarnation()), nanoTime.getAsLong());
        bury(dead, presence.partition());
        dead.forEach(membership -> ended.add(membership.row().node()));
    }

    /// Writes tombstones again that did not come back.
    public void endOverdue(PartitionPresence presence) {
        long now = nanoTime.getAsLong();
        bury(presence.overdue(now - PATIENCE, now), presence.partition());
    }

    /// A node that was silent is heard again: if its rows were ended meanwhile, it has to write them again.
    public void back(String node) {
        if (ended.remove(node)) {
            askForRows(inboxes.of(node, 0));
        }
    }

    private void came(
            ConsumerRecord<byte[], byte[]> record,
            Presence row,
            PartitionMemory memory,
            PartitionPresence presence,
            Watermark.Ticket ticket) {
        var inbox = inboxes.of(row.node(), row.incarnation());
        if (row.incarnation() < inbox.incarnation()) {
            outlet.write(tombstone(presence.partition(), row.key(), record.offset()), ticket);
            return;
        }
        switch (presence.came(row, record.offset(), record.timestamp())) {
            case PartitionPresence.Coming.Joined(var membership) -> {
                if (row.announced()) {
                    tell(memory, row.channel(), new InboxMessage.Joined(epoch, row.channel(), row.member()), ticket);
                }
                lifecycle.member(Lifecycle.MEMBER_JOINED, row.channel(), membership.member(), record.offset(), ticket);
                meters.joined.increment();
            }
            case PartitionPresence.Coming.Back(var went) -> {
                var held = went.ticket();
                if (held != null) {
                    held.done();
                }
            }
            case PartitionPresence.Coming.Quiet() -> {
                // Known already, or only counted.
            }
        }
    }

    private void went(
            ConsumerRecord<byte[], byte[]> record,
            Presence.Key key,
            PartitionPresence presence,
            Watermark.Ticket ticket) {
        long meant = endedRow(record.headers());
        switch (presence.went(key, record.offset(), meant, record.timestamp(), nanoTime.getAsLong(), ticket)) {
            case PartitionPresence.Going.Later _ -> ticket.expect();
            case PartitionPresence.Going.Outdated(var membership) ->
                askForRows(inboxes.of(membership.row().node(), membership.row().incarnation()));
            case PartitionPresence.Going.Quiet() -> {
                // Gone before, or nobody hears of it.
            }
        }
    }

    private void tell(
            PartitionMemory memory, Channel channel, InboxMessage message, Watermark.@Nullable Ticket ticket) {
        var known = memory.find(channel);
        if (known == null || !known.isFollowed()) {
            return;
        }
        var encoded = InboxCodec.encode(message);
        for (var follower : known.followers()) {
            if (follower.listens()) {
                outlet.tell(follower.inbox(), encoded, ticket, null);
            }
        }
    }

    private void askForRows(Inbox inbox) {
        var message = new InboxMessage.RowsEnded(epoch, inbox.incarnation());
        outlet.tell(inbox, InboxCodec.encode(message), null, null);
    }

    private void bury(Collection<Membership> dead, int partition) {
        for (var membership : dead) {
            outlet.write(tombstone(partition, membership.row().key(), membership.offset()), null);
        }
    }

    private static ProducerRecord<byte[], byte[]> tombstone(int partition, Presence.Key key, long row) {
        var tombstone = new ProducerRecord<byte[], byte[]>(Topics.PRESENCE_STATE, partition, key.toBytes(), null);
        EventRecords.add(tombstone.headers(), ENDED_ROW, Long.toString(row));
        return tombstone;
    }
}
