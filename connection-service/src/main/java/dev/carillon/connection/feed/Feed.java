package dev.carillon.connection.feed;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.EventLoops;
import dev.carillon.connection.LogWatch;
import dev.carillon.connection.node.Node;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.connection.node.Switchboard;
import dev.carillon.contract.Channel;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.TopicSetup;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where everybody on this node who listens to a channel gets its publications from.
///
/// Safe for use by many event loops: each has a shard of its own, with its subscribers, that no other touches.
/// What is common to all is decided on the feed's thread; what comes in from Kafka is read on another.
@Singleton
public final class Feed {

    private final Node node;
    private final OwnerMail owners;
    private final Follows follows;
    private final InboxReader inbox;
    private final EventLoops loops;
    private final Map<EventLoops.Loop, Shard> shards = new ConcurrentHashMap<>();
    private volatile Consumer<InboxMessage.Answered> answers = _ -> {};
    private final List<LongConsumer> rowsEnded = new CopyOnWriteArrayList<>();
    private volatile boolean reading;
    private volatile boolean leaving;

    Feed(
            Node node,
            NodeIdentity identity,
            OwnerMail owners,
            Histories histories,
            MemberQuestions members,
            Switchboard switchboard,
            KafkaClients clients,
            EventLoops loops,
            ConnectionConfig config,
            MeterRegistry registry) {
        var meters = new FeedMeters(registry);
        var policy = new FollowPolicy(
                config.followTimeout(),
                config.followRetry(),
                config.followLinger(),
                config.recentPublications(),
                config.recentBytes().asLongValue());
        this.node = node;
        this.owners = owners;
        this.loops = loops;
        this.follows = new Follows(policy, config.maxWaitingSubscribers(), owners, meters, nanos());
        this.inbox = new InboxReader(clients, identity, new Inbox(histories, members, switchboard), meters);
    }

    void start(@Observes StartupEvent event) {
        follows.start();
        node.onReturn(inbox::inboxChanged);
        var _ = node.joined().thenAccept(log -> inbox.start());
    }

    /// After the sessions, before the node.
    void stop(@Observes @Priority(8000) ShutdownEvent event) {
        leaving = true;
        inbox.close();
        follows.stop();
        owners.close();
    }

    /// Somebody has made topics anew: what is followed is said again.
    void changed(@Observes LogWatch.Change change) {
        switch (change) {
            case LogWatch.Change.NewLog(var log) -> follows.opened(log.epoch());
            case LogWatch.Change.InterestLost() -> follows.lost();
            case LogWatch.Change.PresenceLost() -> {} // is not about publications
        }
    }

    /// Calls `listener` on a thread of the feed when owners ended presence rows that an incarnation of this
    /// node wrote.
    public void onRowsEnded(LongConsumer listener) {
        rowsEnded.add(listener);
    }

    /// Whether publications come in.
    public boolean isReading() {
        return reading;
    }

    /// Hands what other nodes answer to `listener`, on the inbox's thread.
    public void onAnswered(Consumer<InboxMessage.Answered> listener) {
        answers = listener;
    }

    /// How many subscribers each channel has on this node that `wanted` picks.
    public CompletionStage<Map<Channel, Integer>> audiences(Predicate<Channel> wanted) {
        var counted = shards.values().stream()
                .map(shard -> shard.audiences(wanted).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(counted.toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    var sum = new HashMap<Channel, Integer>();
                    counted.forEach(
                            one -> one.join().forEach((channel, count) -> sum.merge(channel, count, Integer::sum)));
                    return sum;
                });
    }

    /// Subscribes to a channel; call it on an event loop. The subscriber is called back on that loop.
    ///
    /// @param since what the subscriber has already, or null when it only wants what comes. An empty epoch
    ///     stands for the present one.
    public Subscription subscribe(Channel channel, @Nullable Position since, Subscriber subscriber) {
        var shard = shard();
        var listening = new Listening(shard, channel, since, subscriber);
        if (leaving) {
            shard.refuseLater(listening, Subscriber.Failure.LEAVING);
        } else if (follows.isFull()) {
            shard.refuseLater(listening, Subscriber.Failure.OVERLOADED);
        } else {
            follows.join(listening);
        }
        return listening;
    }

    private Shard shard() {
        return shards.computeIfAbsent(loops.current(), loop -> new Shard(loop, follows::leave));
    }

    /// Starts at 0, so that sums of it do not overflow.
    private static LongSupplier nanos() {
        long start = System.nanoTime();
        return () -> System.nanoTime() - start;
    }

    /// Hears the inbox. On the reader's thread.
    private final class Inbox implements InboxReader.Listener {
        private final Histories histories;
        private final MemberQuestions members;
        private final Switchboard switchboard;

        Inbox(Histories histories, MemberQuestions members, Switchboard switchboard) {
            this.histories = histories;
            this.members = members;
            this.switchboard = switchboard;
        }

        @Override
        public void reading() {
            TopicSetup.Log log = node.joined().join();
            owners.open(log.partitions());
            follows.opened(log.epoch());
            reading = true;
        }

        @Override
        public void heard(List<InboxMessage> messages) throws InterruptedException {
            for (var message : messages) {
                switch (message) {
                    case InboxMessage.HistoryPage page -> histories.answered(page);
                    case InboxMessage.Answered answered -> answers.accept(answered);
                    case InboxMessage.Members part -> members.answered(part);
                    case InboxMessage.MemberCounts counts -> members.answered(counts);
                    case InboxMessage.RowsEnded ended ->
                        rowsEnded.forEach(listener -> listener.accept(ended.incarnation()));
                    case InboxMessage.Commands commands -> switchboard.deliver(commands);
                    default -> {} // for those who follow
                }
            }
            follows.heard(messages);
        }

        @Override
        public void lost() {
            follows.lost();
        }
    }
}
