package dev.carillon.connection.feed;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.NodeIdentity;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;

/// Asks the owners of channels who, and how many, are in them.
///
/// Safe for use by many threads; stages complete on a thread of the feed, so hop back to your own.
@Singleton
public final class MemberQuestions {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final NodeIdentity node;
    private final OwnerMail owners;
    private final Duration timeout;
    private final Semaphore room;
    private final Map<Long, Who> who = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<InboxMessage.MemberCounts>> howMany = new ConcurrentHashMap<>();

    MemberQuestions(NodeIdentity node, OwnerMail owners, ConnectionConfig config) {
        this.node = node;
        this.owners = owners;
        this.timeout = config.historyTimeout();
        this.room = new Semaphore(config.maxOpenHistories());
    }

    /// Waits for its answer, of which some may be there. The parts are touched by the inbox's thread only.
    private record Who(CompletableFuture<InboxMessage.Members> answer, List<Member> parts) {}

    /// Who is in a channel.
    ///
    /// @param after the owner answers when it has read the presence rows below this offset
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.Members> members(Channel channel, long after) {
        var answer = new CompletableFuture<InboxMessage.Members>();
        return ask(
                answer,
                id -> {
                    who.put(id, new Who(answer, new ArrayList<>()));
                    return new ChannelQuery.Members(id, node.name(), channel, after);
                },
                who);
    }

    /// How many are in a channel.
    ///
    /// @param after as for [#members]
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    public CompletionStage<InboxMessage.MemberCounts> counts(Channel channel, long after) {
        var answer = new CompletableFuture<InboxMessage.MemberCounts>();
        return ask(
                answer,
                id -> {
                    howMany.put(id, answer);
                    return new ChannelQuery.MemberCounts(id, node.name(), channel, after);
                },
                howMany);
    }

    /// An answer, or a part of one. On the inbox's thread.
    void answered(InboxMessage.Members part) {
        var question = who.get(part.queryId());
        if (question == null) {
            return; // too late
        }
        question.parts().addAll(part.members());
        if (!part.more()) {
            question.answer()
                    .complete(new InboxMessage.Members(
                            part.epoch(),
                            part.channel(),
                            part.queryId(),
                            part.clients(),
                            part.users(),
                            part.complete(),
                            false,
                            question.parts()));
        }
    }

    /// An answer. On the inbox's thread.
    void answered(InboxMessage.MemberCounts counts) {
        var question = howMany.get(counts.queryId());
        if (question != null) {
            question.complete(counts);
        }
    }

    private <T> CompletionStage<T> ask(
            CompletableFuture<T> answer, LongFunction<ChannelQuery> question, Map<Long, ?> open) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(unavailable("too many questions are open"));
        }
        long id = owners.nextFollowId();
        var query = question.apply(id);
        var answered = answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> {
                    open.remove(id);
                    room.release();
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(reason(failure)));
        if (!owners.query(query)) {
            answer.completeExceptionally(unavailable("the channel's owner cannot be asked now"));
        }
        return answered;
    }

    /// Without the wrapping that stages put around failures.
    private static Throwable reason(Throwable failure) {
        var reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return reason instanceof TimeoutException ? unavailable("the channel's owner did not answer in time") : reason;
    }

    private static ProblemException unavailable(String detail) {
        return ProblemException.retryAfter(ProblemType.UNAVAILABLE, detail, RETRY);
    }
}
