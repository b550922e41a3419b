package dev.carillon.fanout;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Chain;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Member;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.Position;
import dev.carillon.contract.Presence;
import dev.carillon.contract.Topics;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.KafkaProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A node as owners see it: it beats, follows, and applies the chain rule to its inbox, asking again where
/// something is missing or no answer comes.
///
/// Works on a thread of its own; everything else locks.
public final class SimulatedNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration BEAT = Duration.ofMillis(300);

    /// What the node knows about a channel that it follows.
    private static final class Following {
        private Chain chain;
        private long followId;
        private boolean waiting;
        private long askedAt;
        private final List<InboxMessage.Followed> parts = new ArrayList<>();
        private final List<LogEntry> delivered = new ArrayList<>();

        private Following(Chain chain) {
            this.chain = chain;
        }
    }

    private final String name;
    private final long incarnation;
    private final int partitions;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Channel, Following> followed = new HashMap<>();
    private final List<InboxMessage> heard = new ArrayList<>();
    private final Thread thread;
    private long nextFollowId = 1;
    private int broken;
    private int gaps;
    private volatile Consumer<LogEntry> onDelivered = _ -> {};
    private volatile boolean closed;
    private volatile boolean beating = true;

    /// Starts it, with an inbox of its own.
    ///
    /// @param partitions of the log
    public SimulatedNode(String name, long incarnation, int partitions, KafkaProbe probe) {
        this.name = name;
        this.incarnation = incarnation;
        this.partitions = partitions;
        this.producer = probe.producer(Map.of("acks", "all"));
        this.consumer = probe.consumer(Map.of("auto.offset.reset", "earliest"));
        var inbox = Topics.inbox(name).name();
        if (!probe.topics().contains(inbox)) {
            probe.createTopic(inbox, 1);
        }
        this.thread = Thread.ofPlatform().daemon().name("node-" + name).start(this::run);
    }

    /// Tells of everything that is delivered from now on, on the node's thread.
    public void onDelivered(Consumer<LogEntry> listener) {
        onDelivered = listener;
    }

    /// Follows a channel and delivers everything after `since`.
    public synchronized void follow(Channel channel, Position since) {
        var following = new Following(new Chain(since.epoch(), since.offset()));
        followed.put(channel, following);
        ask(channel, following);
    }

    /// Writes an interest row, and leaves what comes to [#heard()].
    public synchronized long ask(Channel channel, @Nullable Position since) {
        long id = nextFollowId++;
        var interest = new Interest(new Interest.Key(channel, name), incarnation, id, since);
        write(channel, interest.key().toBytes(), interest.toBytes());
        return id;
    }

    public synchronized void unfollow(Channel channel) {
        followed.remove(channel);
        write(channel, new Interest.Key(channel, name).toBytes(), null);
    }

    /// Says that a client is in a channel, and that its subscribers are told so.
    public void enter(Channel channel, String user, String client) {
        var member = new Member(user, client, ByteString.EMPTY, ByteString.EMPTY);
        var row = new Presence(channel, member, name, incarnation, false, true);
        present(channel, row.key(), row.toBytes());
    }

    /// Says that a client went.
    public void exit(Channel channel, String client) {
        present(channel, new Presence.Key(channel, client), null);
    }

    /// Asks who is in a channel.
    public void askWho(long queryId, Channel channel) {
        query(channel, new ChannelQuery.Members(queryId, name, channel, 0));
    }

    /// Asks how many are in a channel, once the owner has read the presence rows below `after`.
    public void askHowMany(long queryId, Channel channel, long after) {
        query(channel, new ChannelQuery.MemberCounts(queryId, name, channel, after));
    }

    /// Stops to beat, as if dead; its inbox is still read.
    public void fallSilent() {
        beating = false;
    }

    public void beatAgain() {
        beating = true;
    }

    /// Says that it ends.
    public void leave() {
        beating = false;
        send(new ProducerRecord<>(Topics.NODE_STATE, bytes(name), null));
    }

    /// What a subscriber of the channel saw.
    public synchronized List<LogEntry> delivered(Channel channel) {
        var following = followed.get(channel);
        return following == null ? List.of() : List.copyOf(following.delivered);
    }

    public synchronized int deliveredCount() {
        return followed.values().stream().mapToInt(f -> f.delivered.size()).sum();
    }

    /// Everything that came to the inbox.
    public synchronized List<InboxMessage> heard() {
        return List.copyOf(heard);
    }

    /// The messages of one kind that came to the inbox.
    public <T extends InboxMessage> List<T> heard(Class<T> kind) {
        return heard().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /// How often an owner did not remember far enough.
    public synchronized int broken() {
        return broken;
    }

    /// How often something was missing.
    public synchronized int gaps() {
        return gaps;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void run() {
        try (consumer) {
            var inbox = new TopicPartition(Topics.inbox(name).name(), 0);
            consumer.assign(List.of(inbox));
            consumer.seekToBeginning(List.of(inbox));
            long beat = System.nanoTime() - BEAT.toNanos();
            while (!closed) {
                if (beating && System.nanoTime() - beat >= BEAT.toNanos()) {
                    beat = System.nanoTime();
                    send(new ProducerRecord<>(Topics.NODE_STATE, bytes(name), heartbeat()));
                }
                for (var record : consumer.poll(Duration.ofMillis(50))) {
                    hear(InboxCodec.decode(record.value()));
                }
                askAgain();
            }
        }
    }

    private synchronized void hear(InboxMessage message) {
        heard.add(message);
        switch (message) {
            case InboxMessage.Live live -> live(live);
            case InboxMessage.Followed answer -> answer(answer);
            case InboxMessage.Tops tops -> tops.tops().forEach((channel, top) -> top(channel, tops.epoch(), top));
            case InboxMessage.Removed removed -> removed(removed);
            case InboxMessage.HistoryPage _,
                    InboxMessage.Answered _,
                    InboxMessage.AboutMembers _,
                    InboxMessage.Commands _ -> {
                // Only looked at by tests.
            }
        }
    }

    private void live(InboxMessage.Live live) {
        var channel = live.entry().event().channel();
        var following = followed.get(channel);
        if (following == null) {
            return;
        }
        switch (following.chain.publication(
                live.epoch(), live.previous(), live.entry().offset())) {
            case Chain.Verdict.Next(var chain) -> {
                following.chain = chain;
                following.delivered.add(live.entry());
                onDelivered.accept(live.entry());
            }
            case Chain.Verdict.Seen() -> {
                // As it should be.
            }
            case Chain.Verdict.Gap _ -> gap(channel, following);
        }
    }

    private void removed(InboxMessage.Removed removed) {
        var following = followed.get(removed.channel());
        if (following == null) {
            return;
        }
        switch (following.chain.publication(removed.epoch(), removed.previous(), removed.offset())) {
            case Chain.Verdict.Next(var chain) -> following.chain = chain;
            case Chain.Verdict.Seen() -> {
                // As it should be.
            }
            case Chain.Verdict.Gap _ -> gap(removed.channel(), following);
        }
    }

    private void answer(InboxMessage.Followed answer) {
        var following = followed.get(answer.channel());
        if (following == null || following.followId != answer.followId() || !following.waiting) {
            return;
        }
        if (!following.parts.isEmpty() && following.parts.getLast().upTo() != answer.from()) {
            following.parts.clear();
            return; // a part is missing: asked again later
        }
        following.parts.add(answer);
        if (answer.more()) {
            return;
        }
        long from = following.parts.getFirst().from();
        var entries = following.parts.stream()
                .flatMap(part -> part.entries().stream())
                .toList();
        following.parts.clear();
        following.waiting = false;
        switch (following.chain.answer(answer.epoch(), from, answer.upTo(), entries)) {
            case Chain.Resumed.Complete(var chain, var missed) -> {
                following.chain = chain;
                following.delivered.addAll(missed);
                missed.forEach(onDelivered);
            }
            case Chain.Resumed.Broken(var chain) -> {
                following.chain = chain;
                broken++;
            }
        }
    }

    private void top(Channel channel, String epoch, long top) {
        var following = followed.get(channel);
        if (following != null && following.chain.top(epoch, top) instanceof Chain.Verdict.Gap) {
            gap(channel, following);
        }
    }

    private void gap(Channel channel, Following following) {
        gaps++;
        if (!following.waiting) {
            ask(channel, following);
        }
    }

    private void ask(Channel channel, Following following) {
        following.waiting = true;
        following.askedAt = System.nanoTime();
        following.parts.clear();
        following.followId = ask(channel, following.chain.position());
    }

    private synchronized void askAgain() {
        long now = System.nanoTime();
        followed.forEach((channel, following) -> {
            if (following.waiting && now - following.askedAt > PATIENCE.toNanos()) {
                ask(channel, following);
            }
        });
    }

    private byte[] heartbeat() {
        return new NodeState(name, incarnation, Instant.EPOCH, 0).toJson();
    }

    private void write(Channel channel, byte[] key, byte @Nullable [] value) {
        send(new ProducerRecord<>(Topics.INTEREST_STATE, Partitions.of(channel, partitions), key, value));
    }

    private void present(Channel channel, Presence.Key key, byte @Nullable [] value) {
        send(new ProducerRecord<>(Topics.PRESENCE_STATE, Partitions.of(channel, partitions), key.toBytes(), value));
    }

    private void query(Channel channel, ChannelQuery query) {
        send(new ProducerRecord<>(Topics.CHANNEL_QUERY, Partitions.of(channel, partitions), null, query.toBytes()));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        var _ = producer.send(record);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
