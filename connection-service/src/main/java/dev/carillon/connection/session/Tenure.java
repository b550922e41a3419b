package dev.carillon.connection.session;

import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.hook.Hook;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Expiry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How long a connection may stay. A client that came with a token brings a fresh one in time; about one that
/// came without, the application is asked when its time is up.
///
/// Confined to the session's event loop.
final class Tenure {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Session session;
    private boolean hasToken;
    private boolean asks;

    Tenure(Session session) {
        this.session = session;
    }

    /// @param bringsToken whether the client says itself who it is
    void begin(boolean bringsToken) {
        hasToken = bringsToken;
        asks = !hasToken && session.surroundings().hooks().has(Hook.REFRESH);
    }

    /// What the client is told about it. One that brought no token has no fresh one either: it connects again.
    Expiry told(@Nullable Instant expiresAt) {
        return hasToken ? Session.expiry(expiresAt) : Expiry.NEVER;
    }

    /// Starts to wait for the end; null when there is none.
    TimerWheel.@Nullable Timer until(@Nullable Instant expiresAt) {
        if (expiresAt == null) {
            return null;
        }
        return asks
                ? session.after(Session.left(expiresAt), () -> ask(expiresAt))
                : session.after(
                        Session.left(expiresAt).plus(SessionLimits.EXPIRY_GRACE),
                        () -> session.close(CloseCode.CONNECTION_EXPIRED));
    }

    private void ask(Instant expiresAt) {
        OnLoop.then(session.surroundings().hooks().refresh(session.caller()), session.executor(), decision -> {
            if (session.isClosed()) {
                return;
            }
            switch (decision) {
                case Decision.Granted(var fresh)
                when isOver(fresh.expiresAt()) -> session.close(CloseCode.CONNECTION_EXPIRED);
                case Decision.Granted(var fresh) ->
                    session.stay(session.claims().refreshed(fresh.expiresAt(), fresh.info()));
                case Decision.Refused(var why)
                when why.temporary() && !isOver(expiresAt.plus(SessionLimits.EXPIRY_GRACE)) ->
                    session.deadline(session.after(PAUSE, () -> ask(expiresAt)));
                case Decision.Refused<?> _ -> session.close(CloseCode.CONNECTION_EXPIRED);
                case Decision.Closed(var code, var reason) -> session.close(code, reason);
            }
        });
    }

    private static boolean isOver(@Nullable Instant time) {
        return time != null && Session.left(time).isZero();
    }
}
