package dev.carillon.connection.session;

import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
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

    private void open(Channel channel, ConnectionClaims.ServerSubscription options) {
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
                        session.close(CloseCode.SERVER_ERROR);
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
        session.subscriptions().put(channel, subscription);
        try {
            subscription.start(Requests.since(request));
        } catch (IllegalArgumentException e) {
            session.close(CloseCode.BAD_REQUEST);
        }
    }
}
