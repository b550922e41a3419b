package dev.carillon.connection.api;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.publish.EventLog;
import dev.carillon.connection.publish.Published;
import dev.carillon.connection.publish.Repeats;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Publishes what passes the bounds, each idempotency key once.
///
/// Safe for use by many threads; never blocks.
@Singleton
final class Publishing {

    private static final int MAX_KEY_LENGTH = 255;

    /// Tags travel in a header of every record that carries the event.
    private static final int MAX_TAGS_CHARACTERS = 4096;

    private final EventLog log;
    private final Repeats repeats;
    private final long maxEventSize;
    private final int maxBatchEvents;

    Publishing(EventLog log, Repeats repeats, ConnectionConfig config) {
        this.log = log;
        this.repeats = repeats;
        this.maxEventSize = config.maxEventSize().asLongValue();
        this.maxBatchEvents = config.maxBatchEvents();
    }

    /// The channel that a path names, if it may be published to.
    ///
    /// @throws ProblemException when it may not
    static Channel writable(String name) {
        var channel = channel(name);
        if (channel.isReserved()) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN,
                    "only Carillon itself publishes to the namespace " + Channel.RESERVED_NAMESPACE + ":");
        }
        return channel;
    }

    /// The channel that a path names.
    ///
    /// @throws ProblemException when it is no channel name
    static Channel channel(String name) {
        var fault = Channel.fault(name);
        if (!fault.isEmpty()) {
            throw ProblemException.of(ProblemType.INVALID_CHANNEL, fault);
        }
        return new Channel(name);
    }

    /// The key that collapses repeats, if there is one.
    ///
    /// @throws ProblemException when it is not valid
    static @Nullable String idempotencyKey(@Nullable String key) {
        if (key == null) {
            return null;
        }
        if (key.isEmpty() || key.length() > MAX_KEY_LENGTH || !key.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw BodyReader.fault(
                    "Idempotency-Key", "must have 1 to " + MAX_KEY_LENGTH + " printable ASCII characters");
        }
        return key;
    }

    /// Publishes one event.
    ///
    /// @return fails with a [ProblemException]
    CompletionStage<Published> publish(Event event, @Nullable String idempotencyKey) {
        check(event);
        return Stages.unwrapped(append(event, idempotencyKey));
    }

    /// Publishes events in their order; each gets the key with its place in the batch, so that a repeated batch
    /// completes what the first left undone.
    ///
    /// @return fails with a [ProblemException] when any is not acknowledged; others may be published all the
    ///     same
    CompletionStage<List<Published>> publish(List<Event> events, @Nullable String idempotencyKey) {
        if (events.size() > maxBatchEvents) {
            throw ProblemException.of(ProblemType.TOO_LARGE, "a batch may have " + maxBatchEvents + " events at most");
        }
        events.forEach(this::check);
        var answers = new ArrayList<CompletableFuture<Published>>(events.size());
        for (int i = 0; i < events.size(); i++) {
            var key = idempotencyKey == null ? null : idempotencyKey + '/' + i;
            answers.add(append(events.get(i), key).toCompletableFuture());
        }
        return Stages.unwrapped(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletionStage<Published> append(Event event, @Nullable String idempotencyKey) {
        if (idempotencyKey == null) {
            return appendNow(event, null);
        }
        return repeats.once(event.channel(), idempotencyKey, () -> appendNow(event, idempotencyKey));
    }

    private CompletionStage<Published> appendNow(Event event, @Nullable String idempotencyKey) {
        return log.append(event, idempotencyKey)
                .thenApply(position -> new Published(event.id(), event.channel(), position));
    }

    private void check(Event event) {
        if (event.data().size() > maxEventSize) {
            throw ProblemException.of(
                    ProblemType.TOO_LARGE, "the data of an event may have " + maxEventSize + " bytes at most");
        }
        long tags = event.tags().entrySet().stream()
                .mapToLong(tag -> tag.getKey().length() + (long) tag.getValue().length())
                .sum();
        if (tags > MAX_TAGS_CHARACTERS) {
            throw ProblemException.of(
                    ProblemType.TOO_LARGE, "tags may have " + MAX_TAGS_CHARACTERS + " characters at most");
        }
    }
}
