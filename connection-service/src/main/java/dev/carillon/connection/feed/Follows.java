package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// All channels that this node follows. Everything about them is decided on one thread, the feed's own: event
/// loops and the inbox's reader only put mail into its box. Per turn it takes all mail that is there, and gives
/// each shard one task.
///
/// The box is bounded: for subscribers by [#isFull()], which they ask first; for the inbox by permits, so that
/// a reader that is faster than the feed waits. Leaving is never refused; there are not more who leave than
/// came.
final class Follows {

    private static final Logger LOG = Logger.getLogger(Follows.class);

    private static final int MAIL_PER_TURN = 1024;
    private static final int BATCHES_IN_BOX = 16;
    private static final int MAX_STRAYS = 10_000;
    private static final long STRAY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private sealed interface Mail {
        record Join(Listening who) implements Mail {}

        record Leave(Listening who) implements Mail {}

        record Heard(List<InboxMessage> messages) implements Mail {}

        record Opened(String epoch) implements Mail {}

        record Lost() implements Mail {}

        record Stop() implements Mail {}
    }

    private record Due(long at, Follow follow) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }

    private final FollowPolicy policy;
    private final OwnerMail owners;
    private final FeedMeters meters;
    private final LongSupplier nanos;
    private final int maxWaiting;
    private final LinkedBlockingQueue<Mail> box = new LinkedBlockingQueue<>();
    private final Semaphore batches = new Semaphore(BATCHES_IN_BOX);
    private final Thread thread = Thread.ofPlatform().daemon().name("feed").unstarted(this::run);

    private final Map<Channel, Follow> follows = new HashMap<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>();
    private final Set<Shard> touched = new LinkedHashSet<>();
    private final Map<Channel, Long> strays = new HashMap<>();
    private String epoch = "";
    private boolean stopped;
    private final AtomicInteger waiting = new AtomicInteger();

    Follows(FollowPolicy policy, int maxWaiting, OwnerMail owners, FeedMeters meters, LongSupplier nanos) {
        this.policy = policy;
        this.maxWaiting = maxWaiting;
        this.owners = owners;
        this.meters = meters;
        this.nanos = nanos;
    }

    void start() {
        thread.start();
    }

    /// Ends following: takes all interest back. Returns when that is handed to the writer.
    void stop() {
        box.add(new Mail.Stop());
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether too many wait already to let another one join.
    boolean isFull() {
        return waiting.get() + box.size() >= maxWaiting;
    }

    void join(Listening who) {
        box.add(new Mail.Join(who));
    }

    void leave(Listening who) {
        box.add(new Mail.Leave(who));
    }

    /// What came in the inbox, in order. Waits while too much of it is in the box.
    void heard(List<InboxMessage> messages) throws InterruptedException {
        batches.acquire();
        box.add(new Mail.Heard(messages));
    }

    /// The inbox is being read from now on, and owners can be written to.
    void opened(String logEpoch) {
        box.add(new Mail.Opened(logEpoch));
    }

    /// Something that was meant for this node may not have reached it, of any channel.
    void lost() {
        box.add(new Mail.Lost());
    }

    private void run() {
        var mails = new ArrayList<Mail>();
        while (!stopped) {
            try {
                await(mails);
                mails.forEach(this::handle);
                tick(nanos.getAsLong());
                touched.forEach(Shard::flush);
            } catch (InterruptedException e) {
                LOG.debug("feed interrupted", e);
                return;
            } finally {
                mails.clear();
                touched.clear();
            }
        }
    }

    private void await(List<Mail> mails) throws InterruptedException {
        var next = dues.peek();
        long wait = next == null ? IDLE_NANOS : Math.clamp(next.at() - nanos.getAsLong(), 0, IDLE_NANOS);
        var first = box.poll(wait, TimeUnit.NANOSECONDS);
        if (first != null) {
            mails.add(first);
            box.drainTo(mails, MAIL_PER_TURN);
        }
    }

    /// One letter that cannot be handled does not keep the others from being handled.
    private void handle(Mail mail) {
        try {
            long now = nanos.getAsLong();
            switch (mail) {
                case Mail.Join(var who) -> joined(who, now);
                case Mail.Leave(var who) -> left(who, now);
                case Mail.Heard(var messages) -> heard(messages, now);
                case Mail.Opened(var logEpoch) -> {
                    epoch = logEpoch;
                    followAllAgain(now);
                }
                case Mail.Lost _ -> followAllAgain(now);
                case Mail.Stop _ -> {
                    stopped = true;
                    List.copyOf(follows.values()).forEach(Follow::release);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the feed failed at one of its letters", e);
        }
    }

    private void joined(Listening who, long now) {
        waiting.incrementAndGet();
        var follow = follows.computeIfAbsent(who.channel(), Follow::new);
        follow.channel.subscribe(who, who.since(), now);
        schedule(follow);
    }

    private void left(Listening who, long now) {
        var phase = who.phase();
        var follow = follows.get(who.channel());
        if (phase == Listening.Phase.GONE || follow == null) {
            return;
        }
        who.phase(Listening.Phase.GONE);
        if (phase == Listening.Phase.WAITING) {
            waiting.decrementAndGet();
        } else {
            follow.shards.remove(who.shard());
        }
        follow.channel.unsubscribe(who, now);
        schedule(follow);
    }

    private void heard(List<InboxMessage> messages, long now) {
        batches.release();
        for (var message : messages) {
            switch (message) {
                case InboxMessage.Live live -> live(live, now);
                case InboxMessage.Removed removed -> with(removed.channel(), channel -> channel.removed(removed, now));
                case InboxMessage.Followed followed ->
                    with(followed.channel(), channel -> channel.followed(followed, now));
                case InboxMessage.Tops tops ->
                    tops.tops().forEach((name, top) -> with(name, channel -> channel.top(tops.epoch(), top, now)));
                case InboxMessage.Joined joined -> changed(new MemberChange(joined.channel(), joined.member(), true));
                case InboxMessage.Left left -> changed(new MemberChange(left.channel(), left.member(), false));
                case InboxMessage.HistoryPage _,
                        InboxMessage.Answered _,
                        InboxMessage.AboutMembers _,
                        InboxMessage.Commands _ -> {} // whom it is for has it already
            }
        }
    }

    private void live(InboxMessage.Live live, long now) {
        var name = live.entry().event().channel();
        meters.heard();
        if (follows.containsKey(name)) {
            with(name, channel -> channel.live(live, now));
        } else if (strays.getOrDefault(name, Long.MIN_VALUE / 2) + STRAY_NANOS < now) {
            // Its owner believes that we follow it: the word that we do not was lost.
            if (strays.size() >= MAX_STRAYS) {
                strays.clear();
            }
            strays.put(name, now);
            owners.release(name);
        }
    }

    private void changed(MemberChange change) {
        var follow = follows.get(change.channel());
        if (follow != null) {
            follow.shards.forEach(shard -> follow.touch(shard).changed(change));
        }
    }

    private void followAllAgain(long now) {
        for (var follow : List.copyOf(follows.values())) {
            follow.channel.followAgain(now);
            schedule(follow);
        }
    }

    private void tick(long now) {
        for (var due = dues.peek(); due != null && due.at() <= now; due = dues.peek()) {
            dues.remove();
            var follow = due.follow();
            if (due.at() == follow.dueAt) {
                follow.dueAt = FollowedChannel.NEVER;
                follow.channel.tick(now);
                schedule(follow);
            }
        }
    }

    private void with(Channel name, Consumer<FollowedChannel<Listening>> call) {
        var follow = follows.get(name);
        if (follow != null) {
            call.accept(follow.channel);
            schedule(follow);
        }
    }

    private void schedule(Follow follow) {
        long at = follow.channel.nextDeadline();
        if (at < follow.dueAt) {
            follow.dueAt = at;
            dues.add(new Due(at, follow));
        }
    }

    /// A followed channel, and the shards that have listeners of it. Does what the channel decides.
    private final class Follow implements FollowedChannel.Outlet<Listening> {
        private final Channel name;
        private final FollowedChannel<Listening> channel;
        private final ShardCounts shards = new ShardCounts();
        private long dueAt = FollowedChannel.NEVER;

        Follow(Channel name) {
            this.name = name;
            this.channel = new FollowedChannel<>(policy, () -> epoch, owners::nextFollowId, this);
            meters.channels(1);
        }

        @Override
        public void ask(long followId, @Nullable Position since, long reach) {
            meters.asked();
            owners.follow(name, followId, since, reach);
        }

        @Override
        public void release() {
            if (follows.remove(name) != null) {
                meters.channels(-1);
                owners.release(name);
            }
        }

        @Override
        public void welcome(Listening who, Catchup catchup) {
            waiting.decrementAndGet();
            who.phase(Listening.Phase.IN);
            shards.add(who.shard());
            touch(who.shard()).welcome(who, catchup);
        }

        @Override
        public void refuse(Listening who) {
            waiting.decrementAndGet();
            who.phase(Listening.Phase.GONE);
            meters.refused();
            touch(who.shard()).refuse(who, Subscriber.Failure.NO_ANSWER);
        }

        @Override
        public void gap() {
            meters.gap();
        }

        @Override
        public void repaired() {
            meters.repaired();
        }

        @Override
        public void deliver(Publication publication) {
            shards.forEach(shard -> touch(shard).publish(name, publication));
        }

        @Override
        public void broken(Position top) {
            meters.broken();
            shards.forEach(shard -> touch(shard).broken(name, top));
        }

        private Shard touch(Shard shard) {
            touched.add(shard);
            return shard;
        }
    }
}
