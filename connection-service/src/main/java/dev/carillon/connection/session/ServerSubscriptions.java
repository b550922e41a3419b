package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Result;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Subscribes a client to the channels that its token names, before the connect reply: that reply carries them
/// all.
///
/// Confined to the session's event loop.
final class ServerSubscriptions {

    private final Session session;
    private final ConnectionClaims claims;
    private final Map<String, Method.Subscribe> positions;
    private final Consumer<Map<String, Result.Subscribe>> whenOpen;
    private final Map<String, Result.Subscribe> results = new LinkedHashMap<>();

    /// @param positions from where the client recovers, by channel
    ServerSubscriptions(
            Session session,
            ConnectionClaims claims,
            Map<String, Method.Subscribe> positions,
            Consumer<Map<String, Result.Subscribe>> whenOpen) {
        this.session = session;
        this.claims = claims;
        this.positions = positions;
        this.whenOpen = whenOpen;
    }

    void start() {
        if (claims.subscriptions().isEmpty()) {
            whenOpen.accept(Map.of());
            return;
        }
        if (claims.subscriptions().size() > session.limits().maxChannels()) {
            session.close(CloseCode.CHANNEL_LIMIT);
            return;
        }
        claims.subscriptions().forEach(this::open);
    }

    /// Subscribes a connected client to one more channel, and tells it when that is done.
    ///
    /// @return whether there is something to open: not if it is subscribed already, or to too many channels
    static boolean add(Session session, Channel channel, ServerSubscription options) {
        var subscriptions = session.subscriptions();
        if (subscriptions.containsKey(channel)
                || subscriptions.size() >= session.limits().maxChannels()) {
            return false;
        }
        var request = Method.Subscribe.to(channel.name());
        var outcome = new Added(session, channel, options.data());
        var subscription = new ClientSubscription(session, channel, request, options.info(), outcome);
        subscriptions.put(channel, subscription.granted(options.info(), options.overrides(), true));
        subscription.start(null);
        return true;
    }

    /// Tells a client what comes of a subscription that it did not ask for.
    private record Added(Session session, Channel channel, ByteString data) implements ClientSubscription.Outcome {

        @Override
        public void opened(Result.Subscribe result) {
            session.reply(Push.to(
                    channel.name(),
                    new Push.Subscribe(result.recoverable(), result.positioned(), result.position(), data)));
            var subscription = session.subscriptions().get(channel);
            if (subscription != null) {
                session.requests().goOnOpen(subscription);
            }
        }

        @Override
        public void refused(ErrorCode why) {
            var ended = session.subscriptions().remove(channel);
            if (ended != null) {
                ended.end();
                session.requests().goOn(ended);
            }
        }

        @Override
        public boolean isServersOwn() {
            return true;
        }

        @Override
        public void broken() {
            session.close(CloseCode.INSUFFICIENT_STATE);
        }
    }

    private void open(Channel channel, ServerSubscription options) {
        if (session.isClosed()) {
            return;
        }
        var request = positions.getOrDefault(channel.name(), Method.Subscribe.to(channel.name()));
        var subscription =
                new ClientSubscription(session, channel, request, options.info(), new ClientSubscription.Outcome() {
                    @Override
                    public void opened(Result.Subscribe result) {
                        results.put(channel.name(), result.withData(options.data()));
                        if (results.size() == claims.subscriptions().size()) {
                            whenOpen.accept(results);
                        }
                    }

                    @Override
                    public void refused(ErrorCode why) {
                        session.close(OneWay.ending(why));
                    }

                    @Override
                    public boolean isServersOwn() {
                        return true;
                    }

                    @Override
                    public void broken() {
                        session.close(CloseCode.INSUFFICIENT_STATE);
                    }
                });
        session.subscriptions().put(channel, subscription.granted(options.info(), options.overrides(), true));
        try {
            subscription.start(Requests.since(request));
        } catch (IllegalArgumentException e) {
            session.close(CloseCode.BAD_REQUEST);
        }
    }
}
