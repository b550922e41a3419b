package dev.carillon.connection.session;

import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.Permissions;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.feed.Subscriber;
import dev.carillon.connection.feed.Subscription;
import dev.carillon.connection.hook.Caller;
import dev.carillon.connection.hook.Hooks;
import dev.carillon.connection.presence.Presences;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Member;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.Method;
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

    /// See [Entrance#enter].
    CompletionStage<Decision<ConnectionClaims>> enter(Method.Connect connect, Handshake handshake, Caller caller);

    /// See [Presences#enter].
    Presences.Stay enter(Channel channel, Member member, Namespace options);

    /// See [Presences#members].
    CompletionStage<InboxMessage.Members> members(Channel channel);

    /// See [Presences#counts].
    CompletionStage<InboxMessage.MemberCounts> counts(Channel channel);

    /// See [dev.carillon.connection.publish.ConnectionEvents#opened].
    void opened(String client, String user);

    /// See [dev.carillon.connection.publish.ConnectionEvents#closed].
    void closed(String client, String user);

    /// See [Entrance#renew].
    CompletionStage<Decision<ConnectionClaims>> renew(String token);

    /// See [Entrance#subscription].
    CompletionStage<Decision<SubscriptionClaims>> subscription(
            String token, String user, String client, Channel channel);

    /// See [dev.carillon.connection.auth.ChannelAccess#decide].
    Permissions.Verdict decide(Permissions.Action action, Channel channel, Permissions.Client client);

    /// What the application decides.
    Hooks hooks();
}
