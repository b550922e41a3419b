package dev.carillon.connection.feed;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One channel of a log with holes, with events that are not kept and with removals of its past, its owners (of
/// whom some are zombies), interest rows that may get lost, an inbox that loses, repeats and shuffles, a node that
/// follows the channel, and subscribers that come and go.
final class FeedWorld {

    static final String EPOCH = "epoch";
    private static final Channel CHANNEL = new Channel("bells");
    private static final FollowPolicy POLICY =
            new FollowPolicy(Duration.ofSeconds(4), Duration.ofSeconds(2), Duration.ofSeconds(30), 4, 1 << 20);

    /// What stands in the log.
    ///
    /// @param entry null for a removal
    private record Item(long offset, @Nullable LogEntry entry, boolean kept) {}

    /// What the node wrote about its interest.
    private record Row(long followId, @Nullable Position since, long reach, boolean follows) {}

    private final FollowedChannelPropertyTest.Life life;
    private final Random random;
    private final List<Item> log = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Owner> owners = new ArrayList<>();
    private final List<InboxMessage> inbox = new ArrayList<>();
    private final List<ModelListener> listeners = new ArrayList<>();
    private final AtomicLong followIds = new AtomicLong(100);
    private @Nullable FollowedChannel<ModelListener> channel;
    private boolean calm;
    private long now = 1;
    private long end;
    private long forgotten;

    FeedWorld(FollowedChannelPropertyTest.Life life) {
        this.life = life;
        this.random = new Random(life.seed());
        owners.add(new Owner(0, 0));
    }

    List<ModelListener> listeners() {
        return listeners;
    }

    /// What everybody has to get who missed nothing.
    List<Long> published() {
        return log.stream().filter(Item::kept).map(Item::offset).toList();
    }

    private boolean isKept(long offset) {
        return published().contains(offset);
    }

    /// Up to where the past is gone for whoever is at that place of the log.
    private long removed(long position) {
        return newest(log, item -> item.entry() == null && item.offset() <= position);
    }

    private static long newest(List<Item> items, Predicate<Item> wanted) {
        return items.stream().filter(wanted).mapToLong(Item::offset).max().orElse(0);
    }

    long waiting() {
        return listeners.stream()
                .filter(listener -> !listener.isIn() && !listener.isOver())
                .count();
    }

    boolean isFollowed() {
        return channel != null;
    }

    /// Everything that can go wrong goes wrong.
    void live() {
        for (int i = 0; i < life.steps(); i++) {
            switch (random.nextInt(9)) {
                case 0, 1 -> publish();
                case 2 -> anyOwner().read(1 + random.nextInt(4));
                case 3 -> anyOwner().tellTop();
                case 4 -> anyOwner().readRow();
                case 5 -> subscribe();
                case 6 -> leave();
                case 7 -> deliverSome();
                default -> pass(Duration.ofMillis(random.nextInt(3000)));
            }
            if (chance(life.ownerPercent())) {
                changeOwner();
            }
        }
    }

    /// From now on nothing is lost: the newest owner reads, answers and tells, and time passes.
    void calmDown() {
        calm = true;
        for (int round = 0; round < 12; round++) {
            var owner = owners.getLast();
            owner.read(log.size() + 1);
            owner.readRows();
            owner.tellTop();
            hear(inbox);
            pass(Duration.ofSeconds(round == 11 ? 0 : 10));
        }
    }

    void everybodyLeaves() {
        listeners.forEach(this::leave);
    }

    private void publish() {
        end += 1 + random.nextInt(3);
        switch (random.nextInt(8)) {
            case 0 -> log.add(new Item(end, null, false));
            case 1 -> log.add(new Item(end, new LogEntry(end, event()), false));
            default -> log.add(new Item(end, new LogEntry(end, event()), true));
        }
    }

    private void subscribe() {
        var listener = new ModelListener(anyPosition(), EPOCH, end);
        listeners.add(listener);
        if (channel == null) {
            channel = new FollowedChannel<>(POLICY, () -> EPOCH, followIds::incrementAndGet, new Node());
        }
        channel.subscribe(listener, listener.since(), now);
    }

    private @Nullable Position anyPosition() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> null;
            case 2 -> new Position("other", random.nextInt(20));
            case 3 -> new Position(EPOCH, end + 1 + random.nextInt(3));
            case 4 -> new Position("", random.nextInt((int) end + 1));
            default -> new Position(EPOCH, random.nextInt((int) end + 1));
        };
    }

    private void leave() {
        if (!listeners.isEmpty()) {
            leave(listeners.get(random.nextInt(listeners.size())));
        }
    }

    private void leave(ModelListener listener) {
        if (!listener.isOver() && channel != null) {
            listener.leave();
            channel.unsubscribe(listener, now);
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
        if (channel != null && channel.nextDeadline() <= now) {
            channel.tick(now);
        }
    }

    private void deliverSome() {
        int count = random.nextInt(inbox.size() + 1);
        var some = new ArrayList<>(inbox.subList(0, count));
        inbox.subList(0, count).clear();
        some.removeIf(_ -> chance(life.lossPercent()));
        for (var message : List.copyOf(some)) {
            if (chance(life.repeatPercent())) {
                some.add(random.nextInt(some.size() + 1), message);
            }
        }
        if (chance(life.shufflePercent())) {
            Collections.shuffle(some, random);
        }
        hear(some);
    }

    private void hear(List<InboxMessage> messages) {
        var all = List.copyOf(messages);
        messages.clear();
        for (var message : all) {
            if (channel == null) {
                return;
            }
            switch (message) {
                case InboxMessage.Live live -> channel.live(live, now);
                case InboxMessage.Removed removed -> channel.removed(removed, now);
                case InboxMessage.Followed followed -> channel.followed(followed, now);
                case InboxMessage.Tops tops ->
                    channel.top(tops.epoch(), tops.tops().getOrDefault(CHANNEL, 0L), now);
                case InboxMessage.HistoryPage _,
                        InboxMessage.Answered _,
                        InboxMessage.AboutMembers _,
                        InboxMessage.Commands _ -> {}
            }
        }
    }

    private void changeOwner() {
        var before = owners.getLast();
        if (random.nextBoolean()) {
            owners.clear();
        }
        var known = random.nextBoolean() ? before.known() : 0;
        owners.add(new Owner(random.nextInt(before.read + 1), known));
    }

    private Owner anyOwner() {
        return chance(75) ? owners.getLast() : owners.get(random.nextInt(owners.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private static Event event() {
        return new Event(
                new Event.Id("id"),
                Event.DEFAULT_TYPE,
                Event.DEFAULT_SOURCE,
                Instant.EPOCH,
                CHANNEL,
                MediaTypes.JSON,
                ByteString.EMPTY,
                Map.of(),
                null);
    }

    /// Does what the channel decides.
    private final class Node implements FollowedChannel.Outlet<ModelListener> {

        @Override
        public void ask(long followId, @Nullable Position since, long reach) {
            write(new Row(followId, since, reach, true));
        }

        @Override
        public void release() {
            channel = null;
            write(new Row(0, null, 0, false));
        }

        @Override
        public void welcome(ModelListener who, Catchup catchup) {
            who.welcome(catchup, published(), removed(catchup.position().offset()), forgotten);
        }

        @Override
        public void refuse(ModelListener who) {
            who.refused();
        }

        @Override
        public void deliver(Publication publication) {
            long offset = publication.offset();
            listeners.stream().filter(ModelListener::isIn).forEach(who -> who.publication(offset, isKept(offset)));
        }

        @Override
        public void broken(Position top) {
            listeners.stream().filter(ModelListener::isIn).forEach(who -> who.broken(top.offset(), forgotten));
        }

        private void write(Row row) {
            if (calm || !chance(life.lossPercent() / 2)) {
                rows.add(row);
            }
        }
    }

    /// One owner: how far it has read the log and the rows, and what it remembers.
    private final class Owner {
        private int read;
        private int rowsRead;
        private final long ahead;
        private long floor;
        private boolean followed;

        /// A new owner reads all rows, and answers only those that come later; it rebuilds its ring in part. It
        /// knows all removals up to where it begins, and perhaps what the one before it read further on.
        Owner(int committed, long ahead) {
            read = committed;
            this.ahead = ahead;
            rowsRead = rows.size();
            followed = !rows.isEmpty() && rows.getLast().follows();
            floor = committed > 0 && random.nextInt(3) == 0
                    ? log.get(random.nextInt(committed)).offset()
                    : 0;
        }

        void read(int entries) {
            for (int i = 0; i < entries && read < log.size(); i++) {
                long before = read == 0 ? 0 : log.get(read - 1).offset();
                var next = log.get(read++);
                if (followed) {
                    long previous = before + random.nextInt((int) (next.offset() - before));
                    inbox.add(message(next, previous));
                }
            }
        }

        private InboxMessage message(Item item, long previous) {
            var entry = item.entry();
            return entry == null
                    ? new InboxMessage.Removed(EPOCH, CHANNEL, previous, item.offset())
                    : new InboxMessage.Live(EPOCH, previous, entry, item.kept());
        }

        /// Up to where it knows that the past was removed.
        long known() {
            return Math.max(ahead, newest(log.subList(0, read), item -> item.entry() == null));
        }

        void readRows() {
            while (rowsRead < rows.size()) {
                readRow();
            }
        }

        void readRow() {
            if (rowsRead < rows.size()) {
                var row = rows.get(rowsRead++);
                followed = row.follows();
                if (followed) {
                    answer(row);
                }
            }
        }

        void tellTop() {
            if (read > 0 && followed) {
                inbox.add(new InboxMessage.Tops(
                        EPOCH, Map.of(CHANNEL, log.get(read - 1).offset())));
            }
        }

        private void answer(Row row) {
            long position = read == 0 ? 0 : log.get(read - 1).offset();
            var since = row.since();
            long known = known();
            long gone = newest(log.subList(0, read), item -> item.kept() && item.offset() <= known);
            floor = Math.max(floor, gone);
            forgotten = Math.max(forgotten, Math.max(floor, known));
            long from =
                    since == null ? position : !since.epoch().equals(EPOCH) ? floor : Math.max(since.offset(), floor);
            long upTo = Math.max(position, since == null || from > end ? position : from);
            var entries = since == null
                    ? List.<LogEntry>of()
                    : log.subList(0, read).stream()
                            .filter(item -> item.kept() && item.offset() > Math.max(from, known))
                            .map(item -> Objects.requireNonNull(item.entry()))
                            .toList();
            sendInParts(row, from, upTo, entries, known);
        }

        private void sendInParts(Row row, long from, long upTo, List<LogEntry> entries, long removed) {
            long logEnd = row.reach() == 0 ? 0 : logEnd();
            long begin = from;
            int at = 0;
            int number = 0;
            while (entries.size() - at > 1 && random.nextInt(3) == 0) {
                var part = entries.subList(at, at + 1 + random.nextInt(entries.size() - at - 1));
                at += part.size();
                long partEnd = part.getLast().offset();
                inbox.add(new InboxMessage.Followed(
                        EPOCH, CHANNEL, row.followId(), begin, partEnd, true, part, removed, logEnd, number++));
                begin = partEnd;
            }
            inbox.add(new InboxMessage.Followed(
                    EPOCH,
                    CHANNEL,
                    row.followId(),
                    begin,
                    upTo,
                    false,
                    entries.subList(at, entries.size()),
                    removed,
                    logEnd,
                    number));
        }

        /// Sometimes Kafka does not say.
        private long logEnd() {
            return !calm && random.nextInt(4) == 0 ? Long.MAX_VALUE : end;
        }
    }
}
