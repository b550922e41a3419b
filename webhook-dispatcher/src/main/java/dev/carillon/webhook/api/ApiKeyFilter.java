package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/// Lets nobody use the REST API without a key, unless the service is told that it is insecure.
@Singleton
public final class ApiKeyFilter {

    private static final String SCHEME = "apikey ";

    private final Provider<ApiKeys> keys;

    /// @param keys looked up when the first request comes: filters are made before the configuration is read
    ApiKeyFilter(Provider<ApiKeys> keys) {
        this.keys = keys;
    }

    @ServerRequestFilter
    public void check(ContainerRequestContext request) {
        if (keys.get().isOpen()) {
            return;
        }
        var offered = offered(request);
        if (offered == null || !keys.get().isKnown(offered)) {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "an API key is needed: X-API-Key");
        }
    }

    private static @Nullable String offered(ContainerRequestContext request) {
        var key = request.getHeaderString("X-API-Key");
        if (key != null) {
            return key;
        }
        var authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        boolean isOurs =
                authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
        return isOurs ? authorization.substring(SCHEME.length()).strip() : null;
    }
}
