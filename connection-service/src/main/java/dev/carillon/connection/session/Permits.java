package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Client;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What this client may do, as its commands come. A decision that is there at once is given at once.
///
/// Confined to the session's event loop.
final class Permits {

    private final Session session;

    Permits(Session session) {
        this.session = session;
    }

    /// Why the client may not do this now; null when it may. Whether it may is never asked of the application.
    @Nullable
    ErrorCode fault(Action action, Channel channel) {
        return switch (verdict(action, channel, false)) {
            case Verdict.Granted _ -> null;
            case Verdict.Refused(var why) -> why;
            case Verdict.Ask _ -> ErrorCode.PERMISSION_DENIED;
        };
    }

    void subscribe(Channel channel, Method.Subscribe request, Consumer<Decision<SubscriptionClaims>> then) {
        boolean hasToken = !request.token().isEmpty();
        var verdict = verdict(Action.SUBSCRIBE, channel, hasToken);
        if (verdict instanceof Verdict.Refused(var why)) {
            then.accept(Decision.refused(why));
        } else if (hasToken) {
            token(channel, request.token(), decision -> {
                if (decision instanceof Decision.Granted && verdict instanceof Verdict.Ask) {
                    ask(channel, request, then);
                } else {
                    then.accept(decision);
                }
            });
        } else if (verdict instanceof Verdict.Ask) {
            ask(channel, request, then);
        } else {
            then.accept(new Decision.Granted<>(SubscriptionClaims.NONE));
        }
    }

    /// Checks a token for a channel.
    void token(Channel channel, String token, Consumer<Decision<SubscriptionClaims>> then) {
        OnLoop.then(
                session.surroundings().subscription(token, session.claims().user(), session.id(), channel),
                session.executor(),
                then);
    }

    /// @param then gets what is to be published
    void publish(Channel channel, ByteString data, Consumer<Decision<ByteString>> then) {
        switch (verdict(Action.PUBLISH, channel, false)) {
            case Verdict.Granted _ -> then.accept(new Decision.Granted<>(data));
            case Verdict.Refused(var why) -> then.accept(Decision.refused(why));
            case Verdict.Ask _ ->
                OnLoop.then(
                        session.surroundings().hooks().publish(session.caller(), channel, data),
                        session.executor(),
                        then);
        }
    }

    private void ask(Channel channel, Method.Subscribe request, Consumer<Decision<SubscriptionClaims>> then) {
        OnLoop.then(
                session.surroundings().hooks().subscribe(session.caller(), channel, request.data()),
                session.executor(),
                then);
    }

    private Verdict verdict(Action action, Channel channel, boolean hasToken) {
        var subscription = session.subscriptions().get(channel);
        boolean isSubscribed = subscription != null && subscription.isOpen();
        boolean byToken = hasToken || (subscription != null && subscription.isOpen() && subscription.isByToken());
        var who = session.claims();
        var client = new Client(who.user(), isSubscribed, byToken, who.allows(action, channel));
        return session.surroundings().decide(action, channel, client);
    }
}
