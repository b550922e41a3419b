package dev.carillon.fanout.answer;

import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Interest;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.presence.LifecycleLog;
import dev.carillon.fanout.presence.MemberAnswerer;
import dev.carillon.fanout.presence.PartitionPresence;
import dev.carillon.fanout.route.ChannelMemory;
import dev.carillon.fanout.route.Follower;
import dev.carillon.fanout.route.Inbox;
import dev.carillon.fanout.route.Inboxes;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Ring;
import dev.carillon.fanout.route.Watermark;
import dev.carillon.fanout.scan.Found;
import dev.carillon.fanout.scan.LogTimes;
import dev.carillon.fanout.scan.Search;
import dev.carillon.kit.EventRecords;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Hears follows and queries, and answers them in the same inbox and from the same thread as live publications,
/// so that nothing slips between.
///
/// Confined to the worker's thread, but for the queue of lost answers, which Kafka's threads fill.
public final class Answerer {

    private static final Logger LOG = Logger.getLogger(Answerer.class);

    /// On a tombstone of ours: only follows of this incarnation and older ones end.
    static final String ENDED_INCARNATION = "carillon-ended-incarnation";

    /// On a row of ours: it stood there before and was answered then.
    static final String RESTORED = "carillon-restored";

    /// An answer that did not arrive.
    private record Owed(
            int partition,
            Interest.Key key,
            long followId,
            @Nullable Position since) {}

    private final String epoch;
    private final Inboxes inboxes;
    private final Outlet outlet;
    private final LogEnds ends;
    private final MemberAnswerer members;
    private final LifecycleLog lifecycle;
    private final Clock clock;
    private final FanoutMeters meters;
    private final Recall recall;
    private final Queue<Owed> lost = new ConcurrentLinkedQueue<>();

    /// What finds in the log what rings have forgotten.
    ///
    /// @param scanner searches; see [dev.carillon.fanout.scan.LogScanner#find]
    /// @param maxRecords how many records a search goes through at most
    public record Archive(Function<Search, CompletableFuture<Found>> scanner, LogTimes times, long maxRecords) {}

    /// @param epoch of the log
    public Answerer(
            String epoch,
            Inboxes inboxes,
            Outlet outlet,
            LogEnds ends,
            Archive archive,
            MemberAnswerer members,
            LifecycleLog lifecycle,
            Clock clock,
            FanoutMeters meters) {
        this.recall = new Recall(archive, clock, new Recalled());
        this.epoch = epoch;
        this.inboxes = inboxes;
        this.outlet = outlet;
        this.ends = ends;
        this.members = members;
        this.lifecycle = lifecycle;
        this.clock = clock;
        this.meters = meters;
    }

    /// Takes over a row of the interest topic, and answers it if it is a follow.
    public void interest(ConsumerRecord<byte[], byte[]> row, PartitionMemory memory, Watermark watermark) {
        var ticket = watermark.register(row.offset());
        try {
            var key = Interest.Key.fromBytes(row.key());
            if (row.value() == null) {
                var channel = memory.find(key.channel());
                end(row, key, memory);
                vacate(channel, row.offset(), ticket);
            } else {
                follow(row, Interest.fromBytes(key, row.value()), memory, ticket);
            }
        } catch (RuntimeException e) {
            bury(row, e, ticket);
        }
        ticket.done();
    }

    /// Answers a query.
    public void query(
            ConsumerRecord<byte[], byte[]> record,
            PartitionMemory memory,
            PartitionPresence presence,
            Watermark watermark) {
        var ticket = watermark.register(record.offset());
        try {
            if (record.value() == null) {
                throw new IllegalArgumentException("query has no value");
            }
            var query = ChannelQuery.fromBytes(record.value());
            // Only the owner of a channel can say that it has no past.
            memory.check(query.channel());
            switch (query) {
                case ChannelQuery.History history -> history(history, memory, ticket);
                case ChannelQuery.HistorySince since -> recall.since(since, memory.partition());
                case ChannelQuery.Members members -> this.members.ask(members, members.after(), presence);
                case ChannelQuery.MemberCounts counts -> members.ask(counts, counts.after(), presence);
            }
        } catch (RuntimeException e) {
            bury(record, e, ticket);
        }
        ticket.done();
    }

    /// Answers again what did not arrive, unless nobody waits for it any more.
    public void answerLost(IntFunction<@Nullable PartitionMemory> owned) {
        for (int i = lost.size(); i > 0; i--) {
            var owed = lost.poll();
            var memory = owed == null ? null : owned.apply(owed.partition());
            if (owed != null && memory != null) {
                answerLost(owed, memory);
            }
        }
    }

    /// Answers what had to be looked for in the log.
    public void answerFound(IntFunction<@Nullable PartitionMemory> owned) {
        recall.answerFound(owned);
    }

    /// Ends what a node followed as this or an older incarnation, in memory and in the topic.
    public void endAll(String node, long incarnation, PartitionMemory memory) {
        endRows(memory.unfollowAll(node, incarnation), incarnation, memory.partition());
    }

    /// Ends rows in the topic. A newer incarnation of the node may have written such a row just before the
    /// tombstone: the tombstone says whom it means, and whoever reads it puts the newer row back.
    public void endRows(List<Interest.Key> keys, long incarnation, int partition) {
        for (var key : keys) {
            var tombstone = row(partition, key, null);
            EventRecords.add(tombstone.headers(), ENDED_INCARNATION, Long.toString(incarnation));
            outlet.write(tombstone, null);
        }
    }

    private void bury(ConsumerRecord<byte[], byte[]> record, RuntimeException fault, Watermark.Ticket ticket) {
        meters.unreadable.increment();
        LOG.debug("a follow or a query is not usable, passed over", fault);
        outlet.bury(record, String.valueOf(fault.getMessage()), ticket);
    }

    private void answerLost(Owed owed, PartitionMemory memory) {
        var channel = memory.find(owed.key().channel());
        var follower = channel == null ? null : channel.follower(owed.key().node());
        if (channel == null || follower == null || follower.followId() != owed.followId()) {
            return;
        }
        if (outlet.isOpen(follower.inbox())) {
            answer(channel, follower, owed.since(), memory, null);
        } else {
            lost.add(owed);
        }
    }

    private void follow(
            ConsumerRecord<byte[], byte[]> row, Interest interest, PartitionMemory memory, Watermark.Ticket ticket) {
        var node = interest.key().node();
        var inbox = inboxes.of(node, interest.incarnation());
        if (interest.incarnation() < inbox.incarnation()) {
            return;
        }
        var channel = memory.channel(interest.key().channel());
        var before = channel.follower(node);
        if (before != null && before.incarnation() > interest.incarnation()) {
            return;
        }
        var follower = new Follower(inbox, interest.incarnation(), interest.followId(), interest.reach());
        memory.follow(channel, follower);
        if (!channel.isOccupied()) {
            channel.occupied(true);
            lifecycle.channel(Lifecycle.CHANNEL_OCCUPIED, channel.channel(), row.offset(), ticket);
        }
        boolean isKnown = before != null && before.equals(follower);
        if (!isKnown || row.headers().lastHeader(RESTORED) == null) {
            answer(channel, follower, interest.since(), memory, ticket);
            meters.followAnswered(clock.millis() - row.timestamp());
        }
    }

    /// Told when the tombstone is read, also of follows that ended in memory before, so that a new owner that
    /// reads it tells the same.
    private void vacate(@Nullable ChannelMemory channel, long cause, Watermark.Ticket ticket) {
        if (channel != null && channel.isOccupied() && !channel.isFollowed()) {
            channel.occupied(false);
            lifecycle.channel(Lifecycle.CHANNEL_VACATED, channel.channel(), cause, ticket);
        }
    }

    private void end(ConsumerRecord<byte[], byte[]> row, Interest.Key key, PartitionMemory memory) {
        var channel = memory.find(key.channel());
        var follower = channel == null ? null : channel.follower(key.node());
        if (channel == null || follower == null) {
            return;
        }
        var ended = EventRecords.text(row.headers(), ENDED_INCARNATION, "");
        if (!ended.isEmpty() && Long.parseLong(ended) < follower.incarnation()) {
            restore(key, follower, memory.partition());
            return;
        }
        memory.unfollow(channel, key.node());
    }

    private void restore(Interest.Key key, Follower follower, int partition) {
        var interest = new Interest(key, follower.incarnation(), follower.followId(), null);
        var row = row(partition, key, interest.toBytes());
        EventRecords.add(row.headers(), RESTORED, "1");
        outlet.write(row, null);
    }

    private void answer(
            ChannelMemory channel,
            Follower follower,
            @Nullable Position since,
            PartitionMemory memory,
            Watermark.@Nullable Ticket ticket) {
        memory.refresh(channel, clock.millis());
        var key = new Interest.Key(channel.channel(), follower.inbox().node());
        boolean isLater = since != null
                && since.epoch().equals(epoch)
                && recall.follow(key, follower.followId(), since, channel.ring(), memory);
        if (!isLater) {
            answer(channel, follower, since, memory, channel.ring(), ticket);
        }
    }

    private void answer(
            ChannelMemory channel,
            Follower follower,
            @Nullable Position since,
            PartitionMemory memory,
            Ring known,
            Watermark.@Nullable Ticket ticket) {
        long end = logEnd(since, follower.reach(), memory);
        if (since != null && since.offset() > memory.position() && end == Long.MAX_VALUE) {
            return; // it may be made up, and then nothing would come through any more: the node asks again
        }
        var extent = new FollowAnswer.Extent(memory.position(), end);
        var asked = new FollowAnswer.Asked(follower.followId(), since, follower.reach() > 0);
        var parts = FollowAnswer.parts(epoch, channel.channel(), asked, known, extent);
        var owed = new Owed(
                memory.partition(),
                new Interest.Key(channel.channel(), follower.inbox().node()),
                follower.followId(),
                since);
        var once = new AtomicBoolean();
        for (var part : parts) {
            tell(follower.inbox(), part, ticket, () -> {
                if (once.compareAndSet(false, true)) {
                    lost.add(owed);
                }
            });
        }
        meters.follows.increment();
    }

    private void history(ChannelQuery.History query, PartitionMemory memory, Watermark.@Nullable Ticket ticket) {
        var ring = memory.ring(query.channel(), clock.millis());
        var after = query.after();
        boolean isOurs = after == null || after.epoch().equals(epoch);
        if (!isOurs || !recall.history(query, ring, memory)) {
            history(query, memory, ring, true, ticket);
        }
    }

    private void history(
            ChannelQuery.History query,
            PartitionMemory memory,
            Ring known,
            boolean isWhole,
            Watermark.@Nullable Ticket ticket) {
        var inbox = inboxes.of(query.node(), 0);
        for (var part : HistoryAnswer.parts(epoch, query, known, isWhole, memory.position(), memory.logStart())) {
            tell(inbox, part, ticket, null);
        }
        meters.queries.increment();
    }

    /// Answers with what was found in the log, if it is wanted still.
    private final class Recalled implements Recall.Answers {

        @Override
        public void follow(Interest.Key key, long followId, Position since, PartitionMemory memory, Ring known) {
            var channel = memory.find(key.channel());
            var follower = channel == null ? null : channel.follower(key.node());
            if (channel != null && follower != null && follower.followId() == followId) {
                answer(channel, follower, since, memory, known, null);
            }
        }

        @Override
        public void history(ChannelQuery.History query, PartitionMemory memory, Ring known, boolean isWhole) {
            Answerer.this.history(query, memory, known, isWhole, null);
        }

        @Override
        public void since(ChannelQuery.HistorySince query, PartitionMemory memory, long after) {
            var from = new Position(epoch, after);
            Answerer.this.history(
                    new ChannelQuery.History(
                            query.queryId(), query.node(), query.channel(), from, query.limit(), false),
                    memory,
                    null);
        }
    }

    private void tell(
            Inbox inbox, InboxMessage message, Watermark.@Nullable Ticket ticket, Outlet.@Nullable Loss loss) {
        outlet.tell(inbox, InboxCodec.encode(message), ticket, loss);
    }

    /// Only a position that this owner has not reached makes it worth to ask Kafka.
    private long logEnd(@Nullable Position since, long reach, PartitionMemory memory) {
        if (since == null || !since.epoch().equals(epoch)) {
            return memory.position();
        }
        boolean isReached = Math.max(since.offset(), reach) <= memory.position();
        return isReached ? memory.position() : ends.of(memory.partition());
    }

    private static ProducerRecord<byte[], byte[]> row(int partition, Interest.Key key, byte @Nullable [] value) {
        return new ProducerRecord<>(Topics.INTEREST_STATE, partition, key.toBytes(), value);
    }
}
