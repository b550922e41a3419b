package dev.carillon.webhook.api;

import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.WebhookConfig;
import dev.carillon.webhook.access.Access;
import dev.carillon.webhook.access.Keys;
import dev.carillon.webhook.access.PortalTokens;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Knows who a request comes from: the holder of an API key, or of a portal token.
///
/// Safe for use by many threads; never blocks.
@Singleton
final class Doorkeeper {

    private static final Logger LOG = Logger.getLogger(Doorkeeper.class);
    private static final int SECRET_BYTES = 32;

    private final boolean isInsecure;
    private final Keys keys;
    private final PortalTokens tokens;
    private final Clock clock = Clock.systemUTC();

    Doorkeeper(WebhookConfig config) {
        this.isInsecure = config.insecure();
        this.keys = Keys.of(config.apiKey().orElse(List.of()), config.apiKeys());
        this.tokens = PortalTokens.of(
                config.portalSecrets().orElseGet(() -> isInsecure ? List.of("local:" + random()) : List.of()));
    }

    /// What is wrong with the configuration shows at the start.
    void start(@Observes StartupEvent startup) {
        if (isInsecure) {
            LOG.warn("insecure mode: everybody may use the REST API (carillon.webhook.insecure)");
        }
    }

    PortalTokens tokens() {
        return tokens;
    }

    /// @param apiKey the header `X-API-Key`
    /// @param authorization the header `Authorization`: `apikey …`, or `Bearer …` with a portal token
    /// @throws ProblemException with 401
    Access admit(@Nullable String apiKey, @Nullable String authorization) {
        var key = apiKey == null ? after("apikey ", authorization) : apiKey;
        var token = key == null ? after("bearer ", authorization) : null;
        var found = token == null ? known(key) : tokens.read(token, clock.instant());
        if (found != null) {
            return found;
        }
        throw ProblemException.of(
                ProblemType.UNAUTHORIZED,
                token == null ? "an API key is needed: X-API-Key" : "the token is not valid, or not any more");
    }

    private @Nullable Access known(@Nullable String key) {
        var found = key == null ? null : keys.find(key);
        return found == null && isInsecure ? Access.ALL : found;
    }

    private static @Nullable String after(String scheme, @Nullable String authorization) {
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? authorization.substring(scheme.length()).strip()
                : null;
    }

    /// For portals on one's own machine: nobody else has to know it.
    private static String random() {
        var bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
