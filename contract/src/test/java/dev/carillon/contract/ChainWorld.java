package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// One channel of a log with holes, owners that come, go and come back as zombies, an inbox that loses, repeats
/// and shuffles, and a node that goes by the chain rule.
final class ChainWorld {

    private static final String EPOCH = "epoch";
    private static final Channel CHANNEL = new Channel("bells");

    private final ChainPropertyTest.Life life;
    private final Random random;
    private final List<LogEntry> log = new ArrayList<>();
    private final List<Owner> owners = new ArrayList<>();
    private final List<InboxMessage> inbox = new ArrayList<>();
    private final ChainNode node = new ChainNode(EPOCH);
    private long end;
    private boolean forgets = true;

    ChainWorld(ChainPropertyTest.Life life) {
        this.life = life;
        this.random = new Random(life.seed());
        owners.add(new Owner(0));
    }

    ChainWorld rememberingAll() {
        forgets = false;
        return this;
    }

    ChainNode node() {
        return node;
    }

    List<Long> publishedAfter(long offset) {
        return log.stream().map(LogEntry::offset).filter(at -> at > offset).toList();
    }

    /// Owners and inbox misbehave.
    void live() {
        for (int i = 0; i < life.steps(); i++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> publish();
                case 2 -> anyOwner().read(1 + random.nextInt(4));
                case 3 -> anyOwner().tellTop();
                case 4 -> answerFollow(anyOwner());
                default -> deliverSome();
            }
            if (chance(life.ownerPercent())) {
                changeOwner();
            }
        }
    }

    /// Nothing is lost from now on: one owner catches up, tells the top, and answers what the node asks.
    void calmDown() {
        var owner = owners.getLast();
        owner.read(log.size() + 1);
        node.hear(inbox);
        inbox.clear();
        owner.tellTop();
        node.hear(inbox);
        inbox.clear();
        answerFollow(owner);
        node.hear(inbox);
    }

    private void publish() {
        end += 1 + random.nextInt(3);
        log.add(new LogEntry(end, event()));
    }

    private void answerFollow(Owner owner) {
        var since = node.asks();
        if (since != null) {
            owner.answer(since.offset());
        }
    }

    /// The inbox hands on some of what is in it: some of that is lost, comes twice, or comes later.
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
        node.hear(some);
    }

    /// A new owner takes over at some place that the one before had committed; that one may go on as a zombie.
    private void changeOwner() {
        var before = owners.getLast();
        if (random.nextBoolean()) {
            owners.clear();
        }
        owners.add(new Owner(random.nextInt(before.read + 1)));
    }

    private Owner anyOwner() {
        // Mostly the newest: the others are zombies.
        return chance(70) ? owners.getLast() : owners.get(random.nextInt(owners.size()));
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

    /// One owner: has read so much of the log, and remembers what came after its floor.
    private final class Owner {
        private int read;
        private long floor;

        /// @param from how many entries the one before had committed: these this one knows only in part
        Owner(int from) {
            read = from;
            floor = forgets && from > 0 && random.nextInt(4) == 0
                    ? log.get(random.nextInt(from)).offset()
                    : 0;
        }

        void read(int entries) {
            for (int i = 0; i < entries && read < log.size(); i++) {
                long before = read == 0 ? 0 : log.get(read - 1).offset();
                var next = log.get(read++);
                // The real one, or something between that and the entry: the channel has nothing there.
                long previous = before + random.nextInt((int) (next.offset() - before));
                inbox.add(new InboxMessage.Live(EPOCH, previous, next));
            }
        }

        void tellTop() {
            if (read > 0) {
                inbox.add(new InboxMessage.Tops(
                        EPOCH, Map.of(CHANNEL, log.get(read - 1).offset())));
            }
        }

        void answer(long since) {
            long from = Math.max(since, floor);
            long upTo = read == 0 ? from : Math.max(from, log.get(read - 1).offset());
            var entries = log.subList(0, read).stream()
                    .filter(entry -> entry.offset() > from)
                    .toList();
            inbox.add(new InboxMessage.Followed(EPOCH, CHANNEL, 1, from, upTo, false, entries));
        }
    }
}
