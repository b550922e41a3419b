package dev.carillon.connection.auth;

import dev.carillon.connection.ApiKeyConfig.Scope;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ApiKeys.ApiKey;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Who may use the HTTP endpoints: holders of an API key what the key is good for, holders of a connection
/// token those that listen, in the channels that they may subscribe to.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class HttpAccess {

    private static final Logger LOG = Logger.getLogger(HttpAccess.class);

    private final boolean open;
    private final boolean anonymous;
    private final Tokens tokens;
    private final ChannelAccess channels;
    private final ApiKeys keys;
    private final String cookie;

    HttpAccess(ConnectionConfig config, Tokens tokens, ChannelAccess channels) {
        this.open = config.insecure();
        this.anonymous = config.allowAnonymous();
        this.tokens = tokens;
        this.channels = channels;
        this.keys = ApiKeys.of(config);
        this.cookie = config.tokenCookie().orElse("");
    }

    void start(@Observes StartupEvent event) {
        if (open) {
            LOG.warn("insecure mode: everybody may publish and subscribe (carillon.connection.insecure)");
        } else if (keys.isEmpty()) {
            LOG.warn("no API key is configured (carillon.connection.api-key): publishing over HTTP answers 401");
        }
    }

    /// What a request brings to prove who sent it.
    ///
    /// @param apiKey the header `X-API-Key`
    /// @param authorization the header `Authorization`
    /// @param token the query parameter `token`, for clients that cannot set headers
    /// @param cookie the header `Cookie`
    public record Credentials(
            @Nullable String apiKey,
            @Nullable String authorization,
            @Nullable String token,
            @Nullable String cookie) {

        public Credentials(@Nullable String apiKey, @Nullable String authorization, @Nullable String token) {
            this(apiKey, authorization, token, null);
        }

        /// Not what is in it.
        @Override
        public String toString() {
            return "Credentials";
        }
    }

    /// Lets a backend pass that may do everything.
    ///
    /// @throws ProblemException with 401 or 403
    public void requireKey(Credentials credentials) {
        require(credentials, Scope.ADMIN, List.of());
    }

    /// Lets a backend pass that may do this in these channels.
    ///
    /// @throws ProblemException with 401 or 403
    public void require(Credentials credentials, Scope scope, Collection<Channel> named) {
        if (open) {
            return;
        }
        var key = key(credentials);
        if (key == null) {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "a valid API key is needed: X-API-Key: <key>");
        }
        require(key, scope, named);
    }

    /// Lets a client or a backend pass.
    ///
    /// @return who it is; anonymous for a backend, and in insecure mode for who brings no token
    /// @throws ProblemException with 401
    public ConnectionClaims requireListener(Credentials credentials) {
        if (!open && key(credentials) != null) {
            return ConnectionClaims.ANONYMOUS;
        }
        var token = token(credentials);
        if (token == null || (open && !tokens.accepted())) {
            if (open || anonymous) {
                return ConnectionClaims.ANONYMOUS;
            }
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "a connection token or an API key is needed");
        }
        // Looks up a published key that is not known yet: for who comes again.
        var _ = tokens.ready(token);
        try {
            return tokens.connection(token);
        } catch (TokenException e) {
            var detail = e.kind() == TokenException.Kind.EXPIRED ? "the token has expired" : "the token is not valid";
            throw ProblemException.of(ProblemType.UNAUTHORIZED, detail);
        }
    }

    /// Lets a client or a backend listen to these channels: a backend as far as its key is good for them, a
    /// client where it may subscribe, or where its token subscribes it.
    ///
    /// @param who what [#requireListener] said
    /// @throws ProblemException with 403, 404 (no such channel), 400 (a name that cannot be) or 503
    public void requireChannels(Credentials credentials, ConnectionClaims who, Collection<Channel> named) {
        var key = open ? null : key(credentials);
        if (key != null) {
            require(key, Scope.READ, named);
            return;
        }
        for (var channel : named) {
            boolean isServed = who.subscriptions().containsKey(channel);
            boolean isCapable = who.allows(Action.SUBSCRIBE, channel);
            var client = new Permissions.Client(who.user(), false, isServed, isCapable);
            switch (channels.decide(Action.SUBSCRIBE, channel, client)) {
                case Verdict.Granted _ -> {}
                case Verdict.Ask _ -> throw problem(ErrorCode.PERMISSION_DENIED, channel);
                case Verdict.Refused(var why) -> throw problem(why, channel);
            }
        }
    }

    private static void require(ApiKey key, Scope scope, Collection<Channel> named) {
        var name = scope.name().toLowerCase(Locale.ROOT);
        if (!key.allows(scope)) {
            throw ProblemException.of(ProblemType.FORBIDDEN, "the API key is not good for this: it needs " + name);
        }
        for (var channel : named) {
            if (!key.allows(scope, channel)) {
                throw ProblemException.of(ProblemType.FORBIDDEN, "the API key is not good for the channel " + channel);
            }
        }
    }

    private static ProblemException problem(ErrorCode why, Channel channel) {
        return switch (why) {
            case UNKNOWN_CHANNEL -> ProblemException.of(ProblemType.NOT_FOUND, "there is no channel " + channel);
            case BAD_REQUEST ->
                ProblemException.of(ProblemType.INVALID_CHANNEL, "the namespace has no such names: " + channel);
            case INTERNAL ->
                ProblemException.retryAfter(
                        ProblemType.UNAVAILABLE, "the namespaces are not known yet", Duration.ofSeconds(1));
            default -> ProblemException.of(ProblemType.FORBIDDEN, "the channel is not open to you: " + channel);
        };
    }

    private @Nullable ApiKey key(Credentials credentials) {
        var key = credentials.apiKey() != null ? credentials.apiKey() : after("apikey ", credentials.authorization());
        return key == null ? null : keys.find(key);
    }

    private @Nullable String token(Credentials credentials) {
        var bearer = after("bearer ", credentials.authorization());
        if (bearer != null) {
            return bearer;
        }
        if (credentials.token() != null || cookie.isEmpty()) {
            return credentials.token();
        }
        var value = Cookies.value(credentials.cookie(), cookie);
        return value.isEmpty() ? null : value;
    }

    private static @Nullable String after(String scheme, @Nullable String authorization) {
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? authorization.substring(scheme.length()).strip()
                : null;
    }
}
