package dev.carillon.connection.api;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.publish.EventLog;
import dev.carillon.connection.publish.Published;
import dev.carillon.connection.publish.Repeats;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.ErrorCode;
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
    private final Namespaces namespaces;
    private final long maxEventSize;
    private final int maxBatchEvents;

    Publishing(EventLog log, Repeats repeats, Namespaces namespaces, ConnectionConfig config) {
        this.namespaces = namespaces;
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

    /// Whether what is published is kept for those who come later; a header may say that it is not.
    ///
    /// @throws ProblemException when it says anything else
    static boolean isKept(@Nullable String history) {
        if (history == null) {
            return true;
        }
        if (history.equals(EventHeaders.HISTORY_SKIP)) {
            return false;
        }
        throw BodyReader.fault("Carillon-History", "must be " + EventHeaders.HISTORY_SKIP);
    }

    /// Publishes one event.
    ///
    /// @param kept false when it is for those alone who listen now
    /// @return fails with a [ProblemException]
    CompletionStage<Published> publish(Event event, @Nullable String idempotencyKey, boolean kept) {
        check(event);
        return Stages.unwrapped(append(event, idempotencyKey, kept));
    }

    /// Has everything forgotten that is in a channel by now; also where its namespace keeps nothing at the
    /// moment, for that may change.
    ///
    /// @return the place up to which everything is forgotten; fails with a [ProblemException]
    CompletionStage<Position> removeHistory(Channel channel) {
        check(channel);
        return Stages.unwrapped(log.remove(channel));
    }

    /// Publishes events in their order; each gets the key with its place in the batch, so that a repeated batch
    /// completes what the first left undone.
    ///
    /// @return fails with a [ProblemException] when any is not acknowledged; others may be published all the
    ///     same
    CompletionStage<List<Published>> publish(List<Event> events, @Nullable String idempotencyKey, boolean kept) {
        if (events.size() > maxBatchEvents) {
            throw ProblemException.of(ProblemType.TOO_LARGE, "a batch may have " + maxBatchEvents + " events at most");
        }
        events.forEach(this::check);
        var answers = new ArrayList<CompletableFuture<Published>>(events.size());
        for (int i = 0; i < events.size(); i++) {
            var key = idempotencyKey == null ? null : idempotencyKey + '/' + i;
            answers.add(append(events.get(i), key, kept).toCompletableFuture());
        }
        return Stages.unwrapped(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletionStage<Published> append(Event event, @Nullable String idempotencyKey, boolean kept) {
        if (idempotencyKey == null) {
            return appendNow(event, null, kept);
        }
        return repeats.once(event.channel(), idempotencyKey, () -> appendNow(event, idempotencyKey, kept));
    }

    private CompletionStage<Published> appendNow(Event event, @Nullable String idempotencyKey, boolean kept) {
        return log.append(event, idempotencyKey, kept)
                .thenApply(position -> new Published(event.id(), event.channel(), position));
    }

    private void check(Channel channel) {
        var fault = namespaces.fault(channel);
        if (fault != null) {
            throw ProblemException.of(
                    fault == ErrorCode.UNKNOWN_CHANNEL ? ProblemType.NOT_FOUND : ProblemType.INVALID_CHANNEL,
                    "the channel has no namespace, or the namespace has no such names: " + channel);
        }
    }

    private void check(Event event) {
        check(event.channel());
        long most = namespaces.of(event.channel()).maxEventSize(maxEventSize);
        if (event.data().size() > most) {
            throw ProblemException.of(
                    ProblemType.TOO_LARGE, "the data of an event may have " + most + " bytes at most");
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
