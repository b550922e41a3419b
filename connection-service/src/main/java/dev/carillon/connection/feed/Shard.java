package dev.carillon.connection.feed;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// One event loop's own part of the feed: who on it listens to which channel.
///
/// Confined to its event loop, without locks, but for the outgoing list: the feed's thread collects there, and
/// hands all of it to the loop as one task per turn of the feed. A loop runs its tasks in order, so a
/// subscriber is let in before it gets the first publication, and after everything that its catch-up holds.
final class Shard {

    /// What the feed tells a shard.
    private sealed interface News {
        record Welcome(Listening who, Catchup catchup) implements News {}

        record Refusal(Listening who, Subscriber.Failure failure) implements News {}

        record Published(Channel channel, Publication publication) implements News {}

        record Broken(Channel channel, Position top) implements News {}
    }

    private final Executor loop;
    private final Consumer<Listening> leaving;
    private final Map<Channel, Audience> audiences = new HashMap<>();

    /// Of the feed's thread.
    private List<News> outgoing = new ArrayList<>();

    /// @param loop runs tasks one after the other, on the event loop
    /// @param leaving hears of everybody who cancels; called on the loop
    Shard(Executor loop, Consumer<Listening> leaving) {
        this.loop = loop;
        this.leaving = leaving;
    }

    // The feed's thread:

    void welcome(Listening who, Catchup catchup) {
        outgoing.add(new News.Welcome(who, catchup));
    }

    void refuse(Listening who, Subscriber.Failure failure) {
        outgoing.add(new News.Refusal(who, failure));
    }

    void publish(Channel channel, Publication publication) {
        outgoing.add(new News.Published(channel, publication));
    }

    void broken(Channel channel, Position top) {
        outgoing.add(new News.Broken(channel, top));
    }

    /// Hands over what was collected.
    void flush() {
        var news = outgoing;
        if (!news.isEmpty()) {
            outgoing = new ArrayList<>();
            loop.execute(() -> news.forEach(this::tell));
        }
    }

    // The event loop:

    /// Refuses later on the loop, without the feed.
    void refuseLater(Listening who, Subscriber.Failure failure) {
        loop.execute(() -> tell(new News.Refusal(who, failure)));
    }

    /// How many listen to each channel that `wanted` picks. For any thread.
    CompletionStage<Map<Channel, Integer>> audiences(Predicate<Channel> wanted) {
        var counted = new CompletableFuture<Map<Channel, Integer>>();
        loop.execute(() -> {
            var counts = new HashMap<Channel, Integer>();
            audiences.forEach((channel, audience) -> {
                if (wanted.test(channel)) {
                    counts.put(channel, audience.size());
                }
            });
            counted.complete(counts);
        });
        return counted;
    }

    void left(Listening listening) {
        var audience = listening.place() < 0 ? null : audiences.get(listening.channel());
        if (audience != null) {
            audience.leave(listening);
            if (audience.isEmpty()) {
                audiences.remove(listening.channel());
            }
        }
        leaving.accept(listening);
    }

    private void tell(News news) {
        switch (news) {
            case News.Welcome(var who, var catchup) -> {
                if (!who.isCancelled()) {
                    audiences
                            .computeIfAbsent(who.channel(), _ -> new Audience())
                            .join(who);
                    Audience.tell(who, subscriber -> subscriber.subscribed(catchup));
                }
            }
            case News.Refusal(var who, var failure) -> {
                if (!who.isCancelled()) {
                    Audience.tell(who, subscriber -> subscriber.failed(failure));
                }
            }
            case News.Published(var channel, var publication) ->
                tellAll(channel, subscriber -> subscriber.publication(publication));
            case News.Broken(var channel, var top) -> tellAll(channel, subscriber -> subscriber.broken(top));
        }
    }

    private void tellAll(Channel channel, Consumer<Subscriber> call) {
        var audience = audiences.get(channel);
        if (audience != null) {
            audience.tell(call);
            if (audience.isEmpty()) {
                audiences.remove(channel);
            }
        }
    }
}
