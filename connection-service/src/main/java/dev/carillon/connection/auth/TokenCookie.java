package dev.carillon.connection.auth;

import dev.carillon.connection.ConnectionConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Finds the connection token of a request that cannot bring it in a header: in its query, or in a cookie.
///
/// Safe for use by many threads.
@Singleton
public final class TokenCookie {

    private final @Nullable String name;

    TokenCookie(ConnectionConfig config) {
        this.name = config.tokenCookie().orElse(null);
    }

    /// @param query the query parameter `token`; it wins
    /// @return null when there is none
    public @Nullable String tokenOr(@Nullable String query, HttpServerRequest request) {
        if (query != null && !query.isEmpty()) {
            return query;
        }
        var cookie = name == null ? null : request.getCookie(name);
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }
}
