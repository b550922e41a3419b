package dev.carillon.connection.transport.http;

import dev.carillon.connection.feed.Catchup;
import dev.carillon.connection.feed.Feed;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.transport.http.PollAnswer.Found;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One long poll: subscribes to its channels, answers when there is something or its time is up, and
/// unsubscribes.
///
/// Nothing is remembered between polls: each brings the positions that it goes on from, so the next may come to
/// any node.
///
/// Confined to the event loop of its request.
final class Poll {

    private final Vertx vertx;
    private final Context context;
    private final PollRequest request;
    private final @Nullable Duration interval;
    private final long maxBytes;
    private final Map<Channel, Found> found = new LinkedHashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private long timer = -1;
    private boolean due;
    private boolean scheduled;
    private boolean ended;

    /// Make it on the event loop that is to serve it.
    Poll(Vertx vertx, HeldPolls.Admitted admitted, long maxBytes) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.request = admitted.request();
        this.interval = admitted.interval();
        this.maxBytes = maxBytes;
    }

    /// @return the answer's body; fails with a [ProblemException], or is cancelled when the client left
    CompletionStage<byte[]> start(Feed feed) {
        due = request.hold().isZero();
        if (!due) {
            timer = vertx.setTimer(request.hold().toMillis(), _ -> hurry());
        }
        request.channels()
                .forEach((channel, since) ->
                        subscriptions.add(feed.subscribe(channel, since, new Reader(channel, since))));
        return answer;
    }

    /// Answers as soon as it can.
    void hurry() {
        due = true;
        look();
    }

    /// The client is gone, or has its answer.
    void cancel() {
        if (!ended) {
            end();
            answer.cancel(false);
        }
    }

    private void end() {
        ended = true;
        vertx.cancelTimer(timer);
        subscriptions.forEach(Subscription::cancel);
    }

    /// Answers, if it is time to. Until all channels are subscribed it is not: some positions are not known
    /// yet.
    private void look() {
        if (ended || found.size() < request.channels().size()) {
            return;
        }
        if (due || found.values().stream().anyMatch(one -> !one.isEmpty())) {
            end();
            answer.complete(PollAnswer.of(found.values(), request.limit(), maxBytes, interval));
        }
    }

    /// What comes within one turn of the loop goes into one answer.
    private void lookSoon() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(_ -> {
                scheduled = false;
                look();
            });
        }
    }

    /// One channel's subscriber.
    private final class Reader implements Subscriber {
        private final Channel channel;
        private final @Nullable Position since;
        private String epoch = "";
        private @Nullable Found mine;

        Reader(Channel channel, @Nullable Position since) {
            this.channel = channel;
            this.since = since;
        }

        @Override
        public void subscribed(Catchup catchup) {
            epoch = catchup.position().epoch();
            mine = new Found(channel, since == null ? catchup.position() : since);
            found.put(channel, mine);
            if (since != null && !catchup.recovered()) {
                mine.gap(catchup.position());
            }
            for (var entry : catchup.entries()) {
                mine.event(new Position(epoch, entry.offset()), entry);
            }
            mine.seen(catchup.position());
            lookSoon();
        }

        @Override
        public void publication(Publication publication) {
            if (mine != null) {
                mine.event(new Position(epoch, publication.offset()), publication);
                lookSoon();
            }
        }

        @Override
        public void broken(Position top) {
            epoch = top.epoch();
            if (mine != null) {
                mine.gap(top);
                lookSoon();
            }
        }

        @Override
        public void failed(Failure failure) {
            if (!ended) {
                end();
                answer.completeExceptionally(ProblemException.retryAfter(
                        ProblemType.UNAVAILABLE, "a channel is not available at the moment", Duration.ofSeconds(1)));
            }
        }
    }
}
