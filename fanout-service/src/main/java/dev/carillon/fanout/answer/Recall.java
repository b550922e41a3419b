package dev.carillon.fanout.answer;

import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.Interest;
import dev.carillon.contract.Position;
import dev.carillon.fanout.route.PartitionMemory;
import dev.carillon.fanout.route.Ring;
import dev.carillon.fanout.scan.Found;
import dev.carillon.fanout.scan.LogTimes;
import dev.carillon.fanout.scan.Search;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks in the log for what the ring of a channel has forgotten, before a follow or a query is answered.
///
/// A node that asks again meanwhile is not looked for twice. What fits into the ring goes back into it, so that
/// the next who asks need not wait. Confined to the worker's thread, but for the queue of what was found, which
/// threads of the scanner fill.
final class Recall {

    private static final Logger LOG = Logger.getLogger(Recall.class);

    /// Who gives the answers, on the worker's thread.
    interface Answers {
        /// @param known what is known of the channel, the log included
        void follow(Interest.Key key, long followId, Position since, PartitionMemory memory, Ring known);

        /// @param isWhole whether `known` goes up to where the page ends
        void history(ChannelQuery.History query, PartitionMemory memory, Ring known, boolean isWhole);

        /// @param after an offset after which everything is that was asked for
        void since(ChannelQuery.HistorySince query, PartitionMemory memory, long after);
    }

    /// A follow that waits, as it was asked last.
    private record Wanted(long followId, Position since) {}

    /// One page of one node.
    private record Page(String node, long queryId) {}

    /// What is known in the end.
    ///
    /// @param isJoined whether it goes up to where the owner is
    private record Known(PartitionMemory memory, Ring ring, boolean isJoined) {}

    private final Function<Search, CompletableFuture<Found>> scanner;
    private final LogTimes times;
    private final long maxRecords;
    private final Clock clock;
    private final Answers answers;
    private final Map<Interest.Key, Wanted> follows = new HashMap<>();
    private final Set<Page> pages = new HashSet<>();
    private final Queue<Consumer<IntFunction<@Nullable PartitionMemory>>> steps = new ConcurrentLinkedQueue<>();

    /// What is done with a result; it is null when the partition has moved on to another owner, and when Kafka could
    /// not be asked: whoever asked is told by silence, and asks again.
    private interface Use {
        void with(@Nullable Known known);
    }

    Recall(Answerer.Archive archive, Clock clock, Answers answers) {
        this.scanner = archive.scanner();
        this.times = archive.times();
        this.maxRecords = archive.maxRecords();
        this.clock = clock;
        this.answers = answers;
    }

    /// Takes a follow over if the log may know more than the ring.
    ///
    /// @param since of this log
    /// @return whether it will be answered later
    boolean follow(Interest.Key key, long followId, Position since, Ring ring, PartitionMemory memory) {
        boolean isInLog = since.offset() < ring.floor() && since.offset() >= memory.logStart();
        if (!isInLog || ring.isGone(since.offset()) || !memory.keeps(key.channel())) {
            return false;
        }
        if (follows.put(key, new Wanted(followId, since)) == null) {
            search(key, since, memory);
        }
        return true;
    }

    /// Takes a query over if the log may know more than the ring.
    ///
    /// @return whether it will be answered later
    boolean history(ChannelQuery.History query, Ring ring, PartitionMemory memory) {
        var search = search(query, ring, memory);
        if (search == null) {
            return false;
        }
        var page = new Page(query.node(), query.queryId());
        if (pages.add(page)) {
            find(search, known -> {
                pages.remove(page);
                if (known != null) {
                    boolean isWhole = known.isJoined()
                            || (query.reverse() && query.after() != null)
                            || known.ring().after(search.after(), query.limit()).size() == query.limit();
                    answers.history(query, known.memory(), known.ring(), isWhole);
                }
            });
        }
        return true;
    }

    /// Takes a query over whose place in the log is to be found first.
    void since(ChannelQuery.HistorySince query, int partition) {
        var _ = times.after(partition, query.since()).whenComplete((after, failure) -> {
            if (failure != null) {
                // Whoever asked is told by silence, and asks again.
                LOG.warn("the log could not be searched for a time", failure);
                return;
            }
            steps.add(owned -> {
                var memory = owned.apply(partition);
                if (memory != null) {
                    answers.since(query, memory, after);
                }
            });
        });
    }

    /// Answers what was found since the last call.
    void answerFound(IntFunction<@Nullable PartitionMemory> owned) {
        for (var step = steps.poll(); step != null; step = steps.poll()) {
            step.accept(owned);
        }
    }

    private void search(Interest.Key key, Position since, PartitionMemory memory) {
        long upTo = memory.position();
        long after = Math.max(since.offset(), upTo - maxRecords);
        long removed = memory.removed(key.channel());
        find(new Search(memory.partition(), key.channel(), after, upTo, Search.ALL, removed), known -> {
            var wanted = follows.remove(key);
            if (wanted == null || known == null) {
                return;
            }
            if (wanted.since().offset() < since.offset()) {
                // It has asked again, from further back.
                follows.put(key, wanted);
                search(key, wanted.since(), known.memory());
                return;
            }
            // Where the channel moved on too fast, the ring alone is true of what comes next.
            var ring = known.isJoined() ? known.ring() : known.memory().ring(key.channel(), clock.millis());
            answers.follow(key, wanted.followId(), wanted.since(), known.memory(), ring);
        });
    }

    private @Nullable Search search(ChannelQuery.History query, Ring ring, PartitionMemory memory) {
        if (query.limit() == 0 || !memory.keeps(query.channel())) {
            return null;
        }
        return query.reverse() ? backward(query, ring, memory) : forward(query, ring, memory);
    }

    private @Nullable Search forward(ChannelQuery.History query, Ring ring, PartitionMemory memory) {
        var after = query.after();
        // Just before the log's beginning stands for its beginning.
        if (after == null || after.offset() >= ring.floor() || after.offset() < memory.logStart() - 1) {
            return null;
        }
        if (ring.isGone(after.offset()) && ring.floor() <= ring.removed()) {
            return null;
        }
        // What was removed is passed over, unless it is near: then it can be said whether there was something.
        long removed = memory.removed(query.channel());
        long from = after.offset() + maxRecords < removed ? removed : after.offset();
        long upTo = Math.min(memory.position(), Math.max(from, removed) + maxRecords);
        return new Search(memory.partition(), query.channel(), from, upTo, query.limit(), removed);
    }

    private @Nullable Search backward(ChannelQuery.History query, Ring ring, PartitionMemory memory) {
        var after = query.after();
        long before = after == null ? Long.MAX_VALUE : after.offset();
        boolean isKnown = ring.before(before, query.limit()).size() == query.limit();
        long removed = memory.removed(query.channel());
        long begin = Math.max(memory.logStart(), removed);
        long upTo = Math.min(memory.position(), before);
        if (isKnown || ring.floor() <= begin || upTo <= begin) {
            return null;
        }
        long from = Math.max(begin, upTo - maxRecords);
        return new Search(memory.partition(), query.channel(), from, upTo, Search.ALL, removed);
    }

    private void find(Search search, Use use) {
        var _ = scanner.apply(search).whenComplete((found, failure) -> {
            boolean isAnswer = failure == null || isFinal(failure);
            if (failure != null) {
                LOG.warnf(
                        failure,
                        "the log could not be searched, %s",
                        isAnswer ? "what the ring knows has to do" : "whoever asked will ask again");
            }
            steps.add(owned -> {
                var memory = isAnswer ? owned.apply(search.partition()) : null;
                // An owner that has gone back to its commit may know less than was found.
                boolean isBehind = memory != null && found != null && found.upTo() > memory.position();
                use.with(memory == null || isBehind ? null : known(search, found, memory));
            });
        });
    }

    /// Whether the same search would fail in the same way again.
    private static boolean isFinal(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof InvalidOffsetException;
    }

    private Known known(Search search, @Nullable Found found, PartitionMemory memory) {
        var ring = memory.ring(search.channel(), clock.millis());
        if (found == null) {
            return new Known(memory, ring, true);
        }
        // It may have been removed since the search began.
        found.ring().forget(memory.removed(search.channel()));
        if (ring.floor() > found.upTo()) {
            return new Known(memory, found.ring(), false);
        }
        found.ring().join(ring);
        memory.deepen(search.channel(), found.ring());
        return new Known(memory, found.ring(), true);
    }
}
