package dev.carillon.testkit;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// An owner of every channel, for tests of connection-service alone: reads the log, interest and queries, and
/// tells nodes what the architecture promises them. It remembers everything, in memory, on one thread; it knows
/// nothing of leases, webhooks or other owners.
///
/// It waits for the topics, so it may start before the service that makes them. Tests make it misbehave on
/// purpose: [#loseNext], [#forget], [#silent]. Safe for use by many threads: what tests ask for is done on the
/// owner's thread.
public final class TestOwner implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TestOwner.class.getName());
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LARGE = 500_000;
    private static final long TOPS_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final KafkaProbe kafka;
    private final LinkedBlockingQueue<Runnable> wishes = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("test-owner").unstarted(this::run);
    private volatile boolean closed;

    private final Map<Channel, TestOwnerBook> books = new HashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final Set<Channel> moved = new HashSet<>();
    private final TestOwnerMembers members = new TestOwnerMembers();
    private String epoch = "";
    private int loseAny;
    private final Map<Channel, Integer> lose = new HashMap<>();
    private final Set<Channel> forgetNext = new HashSet<>();
    private boolean silent;

    private TestOwner(String bootstrapServers) {
        this.kafka = new KafkaProbe(bootstrapServers);
    }

    /// Starts to own every channel of that Kafka.
    public static TestOwner start(String bootstrapServers) {
        var owner = new TestOwner(bootstrapServers);
        owner.thread.start();
        return owner;
    }

    /// Returns when the owner has read everything that was there when it started.
    public TestOwner awaitReady() {
        join(ready);
        return this;
    }

    /// The next publications, of whatever channels, are not sent to nodes.
    public void loseNext(int publications) {
        wish(() -> loseAny = publications);
    }

    /// The next publications of a channel are not sent to nodes, as if they had got lost.
    public void loseNext(Channel channel, int publications) {
        wish(() -> lose.put(channel, publications));
    }

    /// The next publication of a channel is neither sent to nodes nor remembered: nobody can have it any more.
    public void forgetNext(Channel channel) {
        wish(() -> forgetNext.add(channel));
    }

    /// Forgets what was published in a channel so far.
    public void forget(Channel channel) {
        wish(() -> book(channel).forget(upTo(channel)));
    }

    /// While silent, no follow and no query is answered, and they are not answered later either.
    public void silent(boolean yes) {
        wish(() -> silent = yes);
    }

    /// The nodes that follow a channel at the moment.
    public Set<String> followers(Channel channel) {
        var found = new CompletableFuture<Set<String>>();
        wish(() -> found.complete(Set.copyOf(book(channel).followers())));
        return join(found);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wish(Runnable wish) {
        var done = new CompletableFuture<Void>();
        wishes.add(() -> {
            wish.run();
            done.complete(null);
        });
        join(done);
    }

    private void run() {
        try (var producer = kafka.producer(
                        Map.of("linger.ms", 0, "max.block.ms", 3000, "max.request.size", 2 * 1024 * 1024));
                var consumer = kafka.consumer(Map.of("auto.offset.reset", "earliest"))) {
            awaitTopics();
            consumer.assign(partitions(consumer));
            rebuild(consumer);
            ready.complete(null);
            serve(consumer, producer);
        } catch (RuntimeException e) {
            ready.completeExceptionally(e);
            if (!closed) {
                throw e;
            }
        }
    }

    private void awaitTopics() {
        var wanted = Topics.log(1).stream().map(Topics.Spec::name).collect(Collectors.toSet());
        while (!closed && !kafka.topics().containsAll(wanted)) {
            pause();
        }
        try (var admin = kafka.admin()) {
            var log = admin.describeTopics(Set.of(Topics.EVENT_PUBLISHED))
                    .allTopicNames()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .values()
                    .iterator()
                    .next();
            var cluster = admin.describeCluster().clusterId().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            epoch = Position.epoch(
                    cluster, log.topicId().toString(), log.partitions().size());
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the log cannot be described", e);
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return List.of(Topics.EVENT_PUBLISHED, Topics.INTEREST_STATE, Topics.PRESENCE_STATE, Topics.CHANNEL_QUERY)
                .stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /// Reads all that is there without telling anybody: followers of nodes that live are kept, queries are old.
    private void rebuild(KafkaConsumer<byte[], byte[]> consumer) {
        var inboxes = kafka.topics();
        var ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (var record : consumer.poll(POLL)) {
                switch (record.topic()) {
                    case Topics.EVENT_PUBLISHED -> remember(record);
                    case Topics.INTEREST_STATE -> follower(record, inboxes::contains);
                    case Topics.PRESENCE_STATE -> members.row(epoch, record);
                    default -> {} // a query of the past: whoever asked has given up
                }
            }
        }
    }

    private void serve(KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
        long tops = System.nanoTime();
        while (!closed) {
            for (var wish = wishes.poll(); wish != null; wish = wishes.poll()) {
                wish.run();
            }
            consumer.poll(POLL).forEach(record -> handle(record, producer));
            members.answerable().forEach(query -> answerAboutMembers(query, producer));
            if (System.nanoTime() - tops > TOPS_EVERY_NANOS) {
                tops = System.nanoTime();
                tellTops(producer);
            }
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
        try {
            switch (record.topic()) {
                case Topics.EVENT_PUBLISHED -> publish(record, producer);
                case Topics.INTEREST_STATE -> follow(record, producer);
                case Topics.PRESENCE_STATE -> present(record, producer);
                default -> answer(record, producer);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.log(Level.FINE, "a record that nobody can read is passed over", e);
        }
    }

    private void publish(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
        var channel = remember(record);
        var book = book(channel);
        moved.add(channel);
        if (forgetNext.remove(channel)) {
            book.forget(book.last());
            return;
        }
        if (lose.merge(channel, -1, (left, one) -> Math.max(-1, left + one)) >= 0) {
            return;
        }
        if (loseAny > 0) {
            loseAny--;
            return;
        }
        var told = TestOwnerBook.isRemoval(record)
                ? new InboxMessage.Removed(epoch, channel, book.previous(), book.last())
                : new InboxMessage.Live(epoch, book.previous(), book.newest(), TestOwnerBook.isKept(record));
        book.followers().forEach(node -> send(producer, node, told));
    }

    private Channel remember(ConsumerRecord<byte[], byte[]> record) {
        if (TestOwnerBook.isRemoval(record)) {
            var channel = new Channel(new String(record.key(), StandardCharsets.US_ASCII));
            read.put(record.partition(), record.offset() + 1);
            book(channel).remove(record.partition(), record.offset() + 1);
            return channel;
        }
        var entry = TestOwnerBook.entry(record);
        read.put(record.partition(), entry.offset());
        book(entry.event().channel()).add(record, entry);
        return entry.event().channel();
    }

    private void follow(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
        var interest = follower(record, _ -> true);
        if (interest == null || silent) {
            return;
        }
        var channel = interest.key().channel();
        var book = book(channel);
        book.partition(record.partition());
        long upTo = upTo(channel);
        var since = interest.since();
        long from = since == null || !since.epoch().equals(epoch) ? upTo : Math.max(since.offset(), book.floor());
        long begin = from;
        int number = 0;
        for (var part : parts(book.after(from))) {
            long end = part.more() ? part.entries().getLast().offset() : upTo;
            var followed = new InboxMessage.Followed(
                    epoch,
                    channel,
                    interest.followId(),
                    begin,
                    end,
                    part.more(),
                    part.entries(),
                    book.removed(),
                    interest.reach() > 0 ? upTo : 0,
                    number++);
            send(producer, interest.key().node(), followed);
            begin = end;
        }
    }

    /// A part of an answer.
    private record Part(List<LogEntry> entries, boolean more) {}

    /// One, unless that would be too large for a record: then one for each entry.
    private static List<Part> parts(List<LogEntry> entries) {
        long bytes =
                entries.stream().mapToLong(entry -> entry.event().data().size()).sum();
        if (bytes <= LARGE) {
            return List.of(new Part(entries, false));
        }
        return IntStream.range(0, entries.size())
                .mapToObj(at -> new Part(entries.subList(at, at + 1), at + 1 < entries.size()))
                .toList();
    }

    private @Nullable Interest follower(ConsumerRecord<byte[], byte[]> record, Predicate<String> inboxes) {
        var key = Interest.Key.fromBytes(record.key());
        if (record.value() == null) {
            book(key.channel()).followers().remove(key.node());
            return null;
        }
        if (inboxes.test(Topics.NODE_INBOX_PREFIX + key.node())) {
            book(key.channel()).followers().add(key.node());
        }
        return Interest.fromBytes(key, record.value());
    }

    private void answer(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
        if (silent) {
            return;
        }
        switch (ChannelQuery.fromBytes(record.value())) {
            case ChannelQuery.History query -> answer(record, query, producer);
            case ChannelQuery.HistorySince query -> {
                var book = book(query.channel());
                book.partition(record.partition());
                var after = new Position(epoch, book.before(query.since()));
                answer(
                        record,
                        new ChannelQuery.History(
                                query.queryId(), query.node(), query.channel(), after, query.limit(), false),
                        producer);
            }
            case ChannelQuery.Members query ->
                members.ask(new TestOwnerMembers.Waiting(query, query.after(), record.partition()));
            case ChannelQuery.MemberCounts query ->
                members.ask(new TestOwnerMembers.Waiting(query, query.after(), record.partition()));
        }
    }

    private void answerAboutMembers(ChannelQuery query, KafkaProducer<byte[], byte[]> producer) {
        switch (query) {
            case ChannelQuery.Members who -> send(producer, who.node(), members.members(epoch, who));
            case ChannelQuery.MemberCounts howMany -> send(producer, howMany.node(), members.counts(epoch, howMany));
            case ChannelQuery.History _, ChannelQuery.HistorySince _ -> {}
        }
    }

    private void present(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
        var told = members.row(epoch, record);
        if (told != null) {
            var channel = Presence.Key.fromBytes(record.key()).channel();
            book(channel).followers().forEach(node -> send(producer, node, told));
        }
    }

    private void answer(
            ConsumerRecord<byte[], byte[]> record, ChannelQuery.History query, KafkaProducer<byte[], byte[]> producer) {
        var book = book(query.channel());
        book.partition(record.partition());
        var after = query.after();
        boolean known = after == null || (after.epoch().equals(epoch) && after.offset() >= book.floor());
        var entries = known ? book.page(after, query.limit(), query.reverse()) : List.<LogEntry>of();
        int number = 0;
        for (var part : parts(entries)) {
            var page = new InboxMessage.HistoryPage(
                    epoch,
                    query.channel(),
                    query.queryId(),
                    known,
                    upTo(query.channel()),
                    part.more(),
                    part.entries(),
                    number++);
            send(producer, query.node(), page);
        }
    }

    private void tellTops(KafkaProducer<byte[], byte[]> producer) {
        var byNode = new TreeMap<String, Map<Channel, Long>>();
        for (var channel : moved) {
            var book = book(channel);
            for (var node : book.followers()) {
                byNode.computeIfAbsent(node, _ -> new HashMap<>()).put(channel, book.last());
            }
        }
        moved.clear();
        byNode.forEach((node, tops) -> send(producer, node, new InboxMessage.Tops(epoch, tops)));
    }

    private void send(KafkaProducer<byte[], byte[]> producer, String node, InboxMessage message) {
        var _ = producer.send(
                new ProducerRecord<>(Topics.NODE_INBOX_PREFIX + node, 0, null, InboxCodec.encode(message)));
    }

    private TestOwnerBook book(Channel channel) {
        return books.computeIfAbsent(channel, _ -> new TestOwnerBook());
    }

    private long upTo(Channel channel) {
        return read.getOrDefault(book(channel).partition(), 0L);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}
