package dev.carillon.connection.api;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.admission.Pass;
import dev.carillon.connection.bound.PublisherRates;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.connection.publish.EventLog;
import dev.carillon.connection.publish.Published;
import dev.carillon.connection.publish.Repeats;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final PublisherRates rates;
    private final long maxEventSize;
    private final int maxBatchEvents;

    Publishing(EventLog log, Repeats repeats, Namespaces namespaces, PublisherRates rates, ConnectionConfig config) {
        this.rates = rates;
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

    /// Publishes one event.
    ///
    /// @return fails with a [ProblemException]
    CompletionStage<Published> publish(Event event, @Nullable String idempotencyKey) {
        return publish(event, Pass.BACKEND, idempotencyKey);
    }

    /// The same for whom that pass lets in.
    CompletionStage<Published> publish(Event event, Pass pass, @Nullable String idempotencyKey) {
        check(event);
        take(pass, List.of(event));
        return Stages.unwrapped(append(signed(event, pass), idempotencyKey));
    }

    /// Publishes events in their order; each gets the key with its place in the batch, so that a repeated batch
    /// completes what the first left undone.
    ///
    /// @return fails with a [ProblemException] when any is not acknowledged; others may be published all the
    ///     same
    CompletionStage<List<Published>> publish(List<Event> events, Pass pass, @Nullable String idempotencyKey) {
        if (events.size() > maxBatchEvents) {
            throw ProblemException.of(ProblemType.TOO_LARGE, "a batch may have " + maxBatchEvents + " events at most");
        }
        events.forEach(this::check);
        take(pass, events);
        var answers = new ArrayList<CompletableFuture<Published>>(events.size());
        for (int i = 0; i < events.size(); i++) {
            var key = idempotencyKey == null ? null : idempotencyKey + '/' + i;
            answers.add(append(signed(events.get(i), pass), key).toCompletableFuture());
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

    private static Event signed(Event event, Pass pass) {
        var publisher = pass.publisher();
        return publisher == null ? event : event.from(publisher);
    }

    /// Counts what a client publishes in each namespace.
    private void take(Pass pass, List<Event> events) {
        if (pass.holder().isEmpty()) {
            return;
        }
        var counts = new HashMap<Namespace, Integer>();
        events.forEach(event -> counts.merge(namespaces.of(event.channel()), 1, Integer::sum));
        counts.forEach((namespace, count) -> {
            var wait = rates.take(pass.holder(), namespace, count);
            if (!wait.isZero()) {
                throw ProblemException.retryAfter(
                        ProblemType.TOO_MANY_REQUESTS, "the namespace takes no more of you at the moment", wait);
            }
        });
    }

    private void check(Event event) {
        var fault = namespaces.fault(event.channel());
        if (fault != null) {
            throw ProblemException.of(
                    fault == ErrorCode.UNKNOWN_CHANNEL ? ProblemType.NOT_FOUND : ProblemType.INVALID_CHANNEL,
                    "the channel has no namespace, or the namespace has no such names: " + event.channel());
        }
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
