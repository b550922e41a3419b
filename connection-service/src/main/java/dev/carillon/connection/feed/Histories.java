package dev.carillon.connection.feed;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Asks the owners of channels for pages of their past.
///
/// Safe for use by many threads; stages complete on a thread of the feed, so hop back to your own.
@Singleton
public final class Histories {

    private final NodeIdentity node;
    private final OpenQuestions<Question> open;

    Histories(NodeIdentity node, OwnerMail owners, ConnectionConfig config) {
        this.node = node;
        var room = new Semaphore(config.maxOpenHistories());
        this.open = new OpenQuestions<>(owners, config.historyTimeout(), room);
    }

    /// Waits for its answer, of which some may be there. The parts are touched by the inbox's thread only.
    private record Question(CompletableFuture<InboxMessage.HistoryPage> page, Parts<LogEntry> parts) {}

    /// A page of a channel's past.
    ///
    /// @param after where the page begins (excluded), or null for the oldest (in reverse: the newest) that is
    ///     known
    /// @param limit how many entries at most; 0 for only the position
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.HistoryPage> page(
            Channel channel, @Nullable Position after, int limit, boolean reverse) {
        return ask(id -> new ChannelQuery.History(id, node.name(), channel, after, limit, reverse));
    }

    /// The oldest page of what came into the log at a time or later.
    ///
    /// @param limit how many entries at most, at least 1
    /// @return as of [#page(Channel, Position, int, boolean)]
    public CompletionStage<InboxMessage.HistoryPage> page(Channel channel, Instant since, int limit) {
        return ask(id -> new ChannelQuery.HistorySince(id, node.name(), channel, since, limit));
    }

    private CompletionStage<InboxMessage.HistoryPage> ask(LongFunction<ChannelQuery> query) {
        var question = new Question(new CompletableFuture<>(), new Parts<>());
        return open.ask(question, question.page(), query);
    }

    /// An answer, or a part of one. On the inbox's thread.
    void answered(InboxMessage.HistoryPage part) {
        var question = open.find(part.queryId());
        if (question == null) {
            return; // too late
        }
        if (question.parts().add(part.part(), part.entries()) && !part.more()) {
            question.page()
                    .complete(new InboxMessage.HistoryPage(
                            part.epoch(),
                            part.channel(),
                            part.queryId(),
                            part.complete(),
                            part.upTo(),
                            question.parts().all()));
        }
    }
}
