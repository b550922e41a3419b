package dev.carillon.connection.feed;

import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Questions to the owners of channels that wait for their answers: only so many at a time, and none for long.
///
/// Safe for use by many threads.
///
/// @param <Q> what is remembered of a question while it waits
final class OpenQuestions<Q> {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final OwnerMail owners;
    private final Duration timeout;
    private final Semaphore room;
    private final Map<Long, Q> open = new ConcurrentHashMap<>();

    /// @param room for questions; several kinds may share it
    OpenQuestions(OwnerMail owners, Duration timeout, Semaphore room) {
        this.owners = owners;
        this.timeout = timeout;
        this.room = room;
    }

    /// Asks.
    ///
    /// @param waiting found by [#find] until there is an answer
    /// @param answer completed by whoever hears it
    /// @param query makes the question of its id
    /// @return fails with a `ProblemException` (unavailable) when the owner does not answer in time
    <A> CompletionStage<A> ask(Q waiting, CompletableFuture<A> answer, LongFunction<ChannelQuery> query) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(unavailable("too many questions are open"));
        }
        long id = owners.nextFollowId();
        open.put(id, waiting);
        var answered = answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> {
                    open.remove(id);
                    room.release();
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(reason(failure)));
        if (!owners.query(query.apply(id))) {
            answer.completeExceptionally(unavailable("the channel's owner cannot be asked now"));
        }
        return answered;
    }

    /// The question with that id; null when it is too late for an answer.
    @Nullable
    Q find(long id) {
        return open.get(id);
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
