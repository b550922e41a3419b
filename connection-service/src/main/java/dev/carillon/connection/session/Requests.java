package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.bound.Bound;
import dev.carillon.connection.hook.Hook;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.ReplyError;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.UnsubscribeCode;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out the commands of a connected client.
///
/// Confined to the session's event loop; what completes elsewhere hops back to it.
final class Requests {

    private final Session session;
    private final Executor loop;
    private final MemberRequests members;
    private final HistoryRequests histories;
    private final PublishRequests publishing;
    private int open;

    Requests(Session session, Executor loop) {
        this.session = session;
        this.loop = loop;
        this.members = new MemberRequests(session, this);
        this.histories = new HistoryRequests(session, this);
        this.publishing = new PublishRequests(session, this);
    }

    void handle(Command command) {
        long id = command.id();
        switch (command.method()) {
            case Method.Subscribe subscribe ->
                onChannel(command, subscribe.channel(), c -> subscribe(id, c, subscribe));
            case Method.Unsubscribe unsubscribe -> onChannel(command, unsubscribe.channel(), c -> unsubscribe(id, c));
            case Method.SubRefresh refresh -> onChannel(command, refresh.channel(), c -> refresh(id, c, refresh));
            case Method.Publish publish ->
                onChannel(command, publish.channel(), c -> publishing.publish(id, c, publish));
            case Method.History history ->
                onChannel(command, history.channel(), c -> histories.history(id, c, history));
            case Method.Rpc rpc -> rpc(id, rpc);
            case Method.Presence presence -> onChannel(command, presence.channel(), c -> members.presence(id, c));
            case Method.PresenceStats stats -> onChannel(command, stats.channel(), c -> members.stats(id, c));
            case Method.Ping _ -> session.fail(id, ErrorCode.NOT_AVAILABLE);
            case Method.Send _ -> session.close(CloseCode.NOT_AVAILABLE);
            case Method.Connect _, Method.Refresh _, Method.Pong _ -> session.close(CloseCode.BAD_REQUEST);
        }
    }

    /// Where a client that recovers goes on; null for one that does not.
    ///
    /// @throws IllegalArgumentException when that is no position
    static @Nullable Position since(Method.Subscribe subscribe) {
        var since = subscribe.since();
        return subscribe.recover() ? new Position(since.epoch(), since.offset()) : null;
    }

    /// Carries out a command about a channel, after those before it about the same one.
    private void onChannel(Command command, String name, Consumer<Channel> action) {
        if (!Channel.fault(name).isEmpty()) {
            session.fail(command.id(), ErrorCode.BAD_REQUEST);
            return;
        }
        var channel = new Channel(name);
        var current = session.subscriptions().get(channel);
        if (current == null || current.isOpen()) {
            action.accept(channel);
        } else if (!current.await(command)) {
            session.close(CloseCode.TOO_MANY_REQUESTS);
        }
    }

    private void subscribe(long id, Channel channel, Method.Subscribe request) {
        var subscriptions = session.subscriptions();
        if (subscriptions.containsKey(channel)) {
            session.fail(id, ErrorCode.ALREADY_SUBSCRIBED);
        } else if (subscriptions.size() >= session.limits().maxChannels()) {
            session.surroundings().bounds().refused(Bound.CHANNELS);
            session.fail(id, ErrorCode.LIMIT_EXCEEDED);
        } else if (request.type() != 0) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
        } else if (!isPosition(request)) {
            session.fail(id, ErrorCode.BAD_REQUEST);
        } else {
            start(id, channel, request);
        }
    }

    /// It is there from now on, so that commands about the channel wait for what is decided.
    private void start(long id, Channel channel, Method.Subscribe request) {
        var outcome = new CommandOutcome(id, channel);
        var subscription = new ClientSubscription(session, channel, request, ByteString.EMPTY, outcome);
        session.subscriptions().put(channel, subscription);
        session.permits().subscribe(channel, request, decision -> {
            if (session.subscriptions().get(channel) == subscription) {
                decided(subscription, outcome, request, decision);
            }
        });
    }

    private void decided(
            ClientSubscription subscription,
            CommandOutcome outcome,
            Method.Subscribe request,
            Decision<SubscriptionClaims> decision) {
        switch (decision) {
            case Decision.Granted(var claims) -> {
                outcome.claims = claims;
                subscription
                        .granted(claims.info(), claims.overrides(), claims.byToken())
                        .start(since(request));
            }
            case Decision.Refused(var why) -> outcome.refused(why);
            case Decision.Closed(var code, var reason) -> session.close(code, reason);
        }
    }

    private static boolean isPosition(Method.Subscribe request) {
        try {
            return request.since().offset() >= 0 && (since(request) != null || !request.recover());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void unsubscribe(long id, Channel channel) {
        var ended = session.subscriptions().remove(channel);
        if (ended != null) {
            ended.end();
        }
        session.succeed(id, new Result.Unsubscribe());
    }

    private void refresh(long id, Channel channel, Method.SubRefresh request) {
        var subscription = session.subscriptions().get(channel);
        if (subscription == null || request.token().isEmpty() || request.type() != 0) {
            session.fail(id, ErrorCode.BAD_REQUEST);
            return;
        }
        session.permits().token(channel, request.token(), decision -> {
            if (session.subscriptions().get(channel) != subscription) {
                session.fail(id, ErrorCode.BAD_REQUEST);
                return;
            }
            go(id, decision, claims -> {
                expire(subscription, claims);
                session.succeed(id, new Result.SubRefresh(Session.expiry(claims.expiresAt())));
            });
        });
    }

    /// Goes on where the client may, and tells it where it may not.
    private <T> void go(long id, Decision<T> decision, Consumer<T> action) {
        switch (decision) {
            case Decision.Granted(var value) -> action.accept(value);
            case Decision.Refused(var why) -> session.reply(new Reply.Failure(id, why));
            case Decision.Closed(var code, var reason) -> session.close(code, reason);
        }
    }

    private void expire(ClientSubscription subscription, SubscriptionClaims claims) {
        var at = claims.expiresAt();
        subscription.expiry(
                at == null
                        ? null
                        : session.after(
                                Session.left(at).plus(SessionLimits.EXPIRY_GRACE),
                                () -> unsubscribed(subscription.channel(), UnsubscribeCode.EXPIRED)));
    }

    /// Ends a subscription from our side; one that is being opened as soon as its client is told that it is
    /// open.
    ///
    /// @return whether there was one
    boolean unsubscribed(Channel channel, UnsubscribeCode why) {
        var ended = session.subscriptions().get(channel);
        if (ended == null) {
            return false;
        }
        if (!ended.isOpen()) {
            ended.endOnceOpen(why);
            return true;
        }
        session.subscriptions().remove(channel);
        ended.end();
        session.reply(why.toPush(channel.name()));
        goOn(ended);
        return true;
    }

    /// Carries out what waited for a subscription to open, first of all its end.
    void goOnOpen(ClientSubscription subscription) {
        var end = subscription.dueEnd();
        if (end == null) {
            goOn(subscription);
        } else {
            unsubscribed(subscription.channel(), end);
        }
    }

    /// Carries out what waited for the outcome of a subscription.
    void goOn(ClientSubscription subscription) {
        for (var next : subscription.waiting().takeAll()) {
            if (!session.isClosed()) {
                handle(next);
            }
        }
    }

    private void rpc(long id, Method.Rpc request) {
        if (!session.surroundings().hooks().has(Hook.RPC)) {
            session.fail(id, ErrorCode.NOT_AVAILABLE);
            return;
        }
        decide(
                id,
                then -> OnLoop.then(session.surroundings().hooks().rpc(session.caller(), request), loop, then),
                data -> session.succeed(id, new Result.Rpc(data)));
    }

    /// Has something decided, perhaps elsewhere, and goes on with it.
    void decide(long id, Consumer<Consumer<Decision<ByteString>>> ask, Consumer<ByteString> action) {
        if (open >= SessionLimits.MAX_OPEN_REQUESTS) {
            session.fail(id, ErrorCode.TOO_MANY_REQUESTS);
            return;
        }
        open++;
        ask.accept(decision -> {
            open--;
            if (!session.isClosed()) {
                go(id, decision, action);
            }
        });
    }

    /// Has something done elsewhere, and goes on with its result on the session's loop.
    <T> void answer(long id, Supplier<CompletionStage<T>> ask, Consumer<T> action) {
        if (open >= SessionLimits.MAX_OPEN_REQUESTS) {
            session.fail(id, ErrorCode.TOO_MANY_REQUESTS);
            return;
        }
        open++;
        var _ = ask.get()
                .whenComplete((result, failure) -> loop.execute(() -> {
                    open--;
                    if (session.isClosed()) {
                        return;
                    }
                    if (failure == null) {
                        action.accept(result);
                    } else {
                        session.fail(id, ErrorCode.INTERNAL);
                    }
                }));
    }

    /// Tells the client what came of its subscribe command, then goes on with what waited for that.
    private final class CommandOutcome implements ClientSubscription.Outcome {
        private final long id;
        private final Channel channel;
        private SubscriptionClaims claims = SubscriptionClaims.NONE;

        CommandOutcome(long id, Channel channel) {
            this.id = id;
            this.channel = channel;
        }

        @Override
        public void opened(Result.Subscribe result) {
            session.succeed(
                    id, result.withExpiry(Session.expiry(claims.expiresAt())).withData(claims.data()));
            var subscription = session.subscriptions().get(channel);
            if (subscription != null) {
                expire(subscription, claims);
                goOnOpen(subscription);
            }
        }

        @Override
        public void refused(ErrorCode why) {
            refused(why.toError());
        }

        void refused(ReplyError why) {
            var ended = session.subscriptions().remove(channel);
            session.reply(new Reply.Failure(id, why));
            if (ended != null) {
                ended.end();
                goOn(ended);
            }
        }

        @Override
        public void broken() {
            unsubscribed(channel, UnsubscribeCode.INSUFFICIENT_STATE);
        }
    }
}
