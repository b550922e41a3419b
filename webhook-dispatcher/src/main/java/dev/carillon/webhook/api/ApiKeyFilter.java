package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.WebhookConfig;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/// Lets nobody use the REST API without a key, unless the service is told that it is insecure.
@Singleton
public final class ApiKeyFilter {

    private static final String SCHEME = "apikey ";

    /// Asked for at each request: filters are made when the application is built, its configuration is not
    /// there yet.
    private final Provider<WebhookConfig> config;

    ApiKeyFilter(Provider<WebhookConfig> config) {
        this.config = config;
    }

    @ServerRequestFilter
    public void check(ContainerRequestContext request) {
        if (config.get().insecure() || isGrant(request)) {
            return;
        }
        var offered = offered(request);
        if (offered == null || !isKnown(offered)) {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "an API key is needed: X-API-Key");
        }
    }

    /// Grants carry a token of their own.
    private static boolean isGrant(ContainerRequestContext request) {
        return request.getUriInfo().getPath().startsWith(GrantResource.PATH + "/");
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

    /// Compares with every key, so that the time tells nothing.
    private boolean isKnown(String offered) {
        var bytes = offered.getBytes(StandardCharsets.UTF_8);
        boolean isKnown = false;
        for (var key : config.get().apiKey().orElse(List.of())) {
            isKnown |= !key.isBlank() && MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), bytes);
        }
        return isKnown;
    }
}
