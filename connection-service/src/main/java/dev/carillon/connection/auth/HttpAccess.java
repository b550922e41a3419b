package dev.carillon.connection.auth;

import dev.carillon.connection.ApiKeyConfig.Scope;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ApiKeys.ApiKey;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What requests bring to prove who sends them: API keys, which are good for something in some channels, and
/// tokens, which say who somebody is.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class HttpAccess {

    private static final Logger LOG = Logger.getLogger(HttpAccess.class);

    private final boolean open;
    private final boolean anonymous;
    private final Tokens tokens;
    private final ApiKeys keys;
    private final String cookie;

    HttpAccess(ConnectionConfig config, Tokens tokens) {
        this.open = config.insecure();
        this.anonymous = config.allowAnonymous();
        this.tokens = tokens;
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

    /// Whether nobody needs any credentials.
    public boolean isOpen() {
        return open;
    }

    /// Whether it is a backend that asks, which may do this in these channels.
    ///
    /// @return false for who brings no key of ours; never true where nobody needs one
    /// @throws ProblemException with 403 for one whose key is not good for it
    public boolean isBackend(Credentials credentials, Scope scope, Collection<Channel> named) {
        var key = open ? null : key(credentials);
        if (key == null) {
            return false;
        }
        require(key, scope, named);
        return true;
    }

    /// Whether it brings a key of ours.
    public boolean bringsKey(Credentials credentials) {
        return key(credentials) != null;
    }

    /// Whether it brings a token that may count.
    public boolean bringsToken(Credentials credentials) {
        return tokens.accepted() && token(credentials) != null;
    }

    /// Who brings that token.
    ///
    /// @return completes on any thread, once the key that the token names is looked up; fails with a
    ///     [ProblemException] with 401
    public CompletionStage<ConnectionClaims> holder(Credentials credentials) {
        var token = token(credentials);
        if (token == null) {
            return CompletableFuture.failedStage(nobody());
        }
        return tokens.ready(token).thenCompose(_ -> {
            try {
                return CompletableFuture.completedStage(tokens.connection(token));
            } catch (TokenException e) {
                var expired = e.kind() == TokenException.Kind.EXPIRED;
                return CompletableFuture.failedStage(ProblemException.of(
                        ProblemType.UNAUTHORIZED, expired ? "the token has expired" : "the token is not valid"));
            }
        });
    }

    /// Lets somebody be nobody in particular, where that is allowed.
    ///
    /// @throws ProblemException with 401
    public ConnectionClaims anonymous(Credentials credentials) {
        var token = token(credentials);
        if (open || (anonymous && token == null)) {
            return ConnectionClaims.ANONYMOUS;
        }
        throw token == null ? nobody() : ProblemException.of(ProblemType.UNAUTHORIZED, "the token is not valid");
    }

    private static ProblemException nobody() {
        return ProblemException.of(ProblemType.UNAUTHORIZED, "a connection token or an API key is needed");
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

    private @Nullable ApiKey key(Credentials credentials) {
        var key = credentials.apiKey() != null ? credentials.apiKey() : after("apikey ", credentials.authorization());
        return key == null ? null : keys.find(key);
    }

    /// The token that a request brings; null for none.
    public @Nullable String token(Credentials credentials) {
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
