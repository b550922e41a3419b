package dev.carillon.connection.session;

import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.auth.TokenException;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// All that sessions need of the rest of the node. Stages may complete on any thread.
interface Surroundings {

    /// What clients may take of the node.
    Bounds bounds();

    /// See [dev.carillon.connection.namespace.Namespaces#of].
    Namespace namespace(Channel channel);

    /// See [dev.carillon.connection.feed.Feed#subscribe].
    Subscription subscribe(Channel channel, @Nullable Position since, Subscriber subscriber);

    /// See [dev.carillon.connection.feed.Histories#page].
    CompletionStage<InboxMessage.HistoryPage> history(
            Channel channel, @Nullable Position after, int limit, boolean reverse);

    /// See [dev.carillon.connection.publish.EventLog#append].
    CompletionStage<Position> append(Event event);

    /// Who a client is; null when it has to say so and did not.
    ///
    /// @param token empty for none
    @Nullable
    ConnectionClaims connection(String token) throws TokenException;

    /// See [dev.carillon.connection.auth.Tokens#subscription].
    SubscriptionClaims subscription(String token, String user, String client, Channel channel) throws TokenException;
}
