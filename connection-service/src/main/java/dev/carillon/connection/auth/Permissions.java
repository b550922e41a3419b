package dev.carillon.connection.auth;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Namespace.Who;
import dev.carillon.contract.client.ErrorCode;
import java.util.List;
import java.util.Set;

/// Who may do what in a channel, by the [Namespace.Access] of its namespace. Pure: no I/O, no clock.
///
/// Two kinds of channels are closed to whom access lets in as `AUTHENTICATED` or `ANYONE`, unless they are
/// subscribed: **private** ones (the name, or what follows the namespace, begins with `$`), which only a token
/// opens, and those that name **users** (`dialog#42,43`), for all others.
public final class Permissions {

    private static final char PRIVATE = '$';
    private static final char USERS = '#';

    private Permissions() {}

    public enum Action {
        SUBSCRIBE,
        PUBLISH,
        HISTORY,
        PRESENCE
    }

    /// What is known of who asks.
    ///
    /// @param user empty for an anonymous one
    /// @param subscribed whether it is subscribed to the channel
    /// @param byToken whether it has a token for the channel, or is subscribed by one
    /// @param capable whether its connection token lets it do this ([Capability])
    public record Client(String user, boolean subscribed, boolean byToken, boolean capable) {

        public Client(String user, boolean subscribed, boolean byToken) {
            this(user, subscribed, byToken, false);
        }
    }

    /// What comes out.
    public sealed interface Verdict {

        record Granted() implements Verdict {}

        record Refused(ErrorCode why) implements Verdict {}

        /// The application decides (app hook).
        record Ask() implements Verdict {}
    }

    private static final Verdict GRANTED = new Verdict.Granted();
    private static final Verdict DENIED = new Verdict.Refused(ErrorCode.PERMISSION_DENIED);
    private static final Verdict ASK = new Verdict.Ask();

    /// @param open whether everybody may do everything (insecure mode)
    public static Verdict decide(Action action, Channel channel, Namespace namespace, Client client, boolean open) {
        if (action == Action.PUBLISH && channel.isReserved()) {
            return DENIED;
        }
        if (open || client.capable()) {
            return GRANTED;
        }
        var may = may(action, namespace.access());
        if (client.byToken() && (may.contains(Who.TOKEN) || opensByToken(action, channel))) {
            return GRANTED;
        }
        if (client.subscribed() && may.contains(Who.SUBSCRIBER)) {
            return GRANTED;
        }
        if (isClosed(channel, client.user()) && !client.subscribed()) {
            return DENIED;
        }
        if (may.contains(Who.ANYONE)
                || (may.contains(Who.AUTHENTICATED) && !client.user().isEmpty())) {
            return GRANTED;
        }
        boolean asks = action == Action.SUBSCRIBE || action == Action.PUBLISH;
        return asks && may.contains(Who.HOOK) ? ASK : DENIED;
    }

    private static Set<Who> may(Action action, Namespace.Access access) {
        return switch (action) {
            case SUBSCRIBE -> access.subscribe();
            case PUBLISH -> access.publish();
            case HISTORY -> access.history();
            case PRESENCE -> access.presence();
        };
    }

    /// Nothing but a token could open a private channel.
    private static boolean opensByToken(Action action, Channel channel) {
        return action == Action.SUBSCRIBE && isPrivate(channel);
    }

    private static boolean isClosed(Channel channel, String user) {
        return isPrivate(channel) || isForOthers(channel, user);
    }

    private static boolean isPrivate(Channel channel) {
        var name = channel.name();
        int rest = name.indexOf(':') + 1;
        return name.charAt(0) == PRIVATE || (rest < name.length() && name.charAt(rest) == PRIVATE);
    }

    private static boolean isForOthers(Channel channel, String user) {
        int users = channel.name().lastIndexOf(USERS);
        return users >= 0
                && (user.isEmpty()
                        || !List.of(channel.name().substring(users + 1).split(",", -1))
                                .contains(user));
    }
}
