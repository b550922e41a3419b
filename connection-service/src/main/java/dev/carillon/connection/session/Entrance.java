package dev.carillon.connection.session;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ConnectionClaims;
import dev.carillon.connection.auth.Decision;
import dev.carillon.connection.auth.SubscriptionClaims;
import dev.carillon.connection.auth.TokenException;
import dev.carillon.connection.auth.Tokens;
import dev.carillon.connection.hook.Caller;
import dev.carillon.connection.hook.Hook;
import dev.carillon.connection.hook.Hooks;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Finds out who a client is: by its token, else by asking the application, else it is nobody where that is
/// allowed.
///
/// Safe for use by many threads; never blocks. Stages complete on any thread and never fail.
final class Entrance {

    private final Tokens tokens;
    private final Hooks hooks;
    private final boolean insecure;
    private final boolean anonymous;

    Entrance(Tokens tokens, Hooks hooks, ConnectionConfig config) {
        this.tokens = tokens;
        this.hooks = hooks;
        this.insecure = config.insecure();
        this.anonymous = config.allowAnonymous();
    }

    CompletionStage<Decision<ConnectionClaims>> enter(Method.Connect connect, Handshake handshake, Caller caller) {
        var token = connect.token().isEmpty() ? handshake.token() : connect.token();
        if (!token.isEmpty() && tokens.accepted()) {
            return connection(token);
        }
        if (hooks.has(Hook.CONNECT)) {
            return hooks.connect(caller, connect);
        }
        if (insecure || (anonymous && token.isEmpty())) {
            return now(new Decision.Granted<>(ConnectionClaims.ANONYMOUS));
        }
        return now(
                token.isEmpty() ? Decision.refused(ErrorCode.UNAUTHORIZED) : Decision.closed(CloseCode.INVALID_TOKEN));
    }

    /// Who a client is that brings a fresh token.
    CompletionStage<Decision<ConnectionClaims>> renew(String token) {
        return insecure && !tokens.accepted()
                ? now(new Decision.Granted<>(ConnectionClaims.ANONYMOUS))
                : connection(token);
    }

    /// What a client may do in a channel that brings a token for it.
    CompletionStage<Decision<SubscriptionClaims>> subscription(
            String token, String user, String client, Channel channel) {
        if (insecure && !tokens.accepted()) {
            return now(new Decision.Granted<>(SubscriptionClaims.NONE));
        }
        return tokens.ready(token).thenApply(_ -> {
            try {
                return new Decision.Granted<>(tokens.subscription(token, user, client, channel));
            } catch (TokenException e) {
                return switch (e.kind()) {
                    case EXPIRED -> Decision.refused(ErrorCode.TOKEN_EXPIRED);
                    case UNKNOWN_KEYS -> Decision.refused(ErrorCode.INTERNAL);
                    case INVALID -> Decision.refused(ErrorCode.PERMISSION_DENIED);
                    case MISMATCH -> Decision.closed(CloseCode.INVALID_TOKEN);
                };
            }
        });
    }

    private CompletionStage<Decision<ConnectionClaims>> connection(String token) {
        return tokens.ready(token).thenApply(_ -> {
            try {
                return new Decision.Granted<>(tokens.connection(token));
            } catch (TokenException e) {
                return switch (e.kind()) {
                    case EXPIRED -> Decision.refused(ErrorCode.TOKEN_EXPIRED);
                    case UNKNOWN_KEYS -> Decision.refused(ErrorCode.INTERNAL);
                    case INVALID, MISMATCH -> Decision.closed(CloseCode.INVALID_TOKEN);
                };
            }
        });
    }

    private static <T> CompletionStage<Decision<T>> now(Decision<T> decision) {
        return CompletableFuture.completedFuture(decision);
    }
}
