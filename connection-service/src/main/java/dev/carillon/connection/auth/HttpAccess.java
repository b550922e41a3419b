package dev.carillon.connection.auth;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Who may use the HTTP endpoints: holders of an API key all of them, holders of a connection token those that
/// listen.
///
/// Safe for use by many threads; never blocks. Keys are kept and compared as hashes, in a time that does not
/// depend on what was brought.
@Singleton
public final class HttpAccess {

    private static final Logger LOG = Logger.getLogger(HttpAccess.class);

    private final boolean open;
    private final Tokens tokens;
    private final List<byte[]> keyHashes;

    HttpAccess(ConnectionConfig config, Tokens tokens) {
        this.open = config.insecure();
        this.tokens = tokens;
        this.keyHashes = config.apiKey().orElse(List.of()).stream()
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .map(HttpAccess::hash)
                .toList();
    }

    void start(@Observes StartupEvent event) {
        if (open) {
            LOG.warn("insecure mode: everybody may publish and subscribe (carillon.connection.insecure)");
        } else if (keyHashes.isEmpty()) {
            LOG.warn("no API key is configured (carillon.connection.api-key): publishing over HTTP answers 401");
        }
    }

    /// What a request brings to prove who sent it.
    ///
    /// @param apiKey the header `X-API-Key`
    /// @param authorization the header `Authorization`
    /// @param token the query parameter `token`, for clients that cannot set headers
    public record Credentials(
            @Nullable String apiKey,
            @Nullable String authorization,
            @Nullable String token) {

        /// Not what is in it.
        @Override
        public String toString() {
            return "Credentials";
        }
    }

    /// Lets a backend pass.
    ///
    /// @throws ProblemException with 401
    public void requireKey(Credentials credentials) {
        if (!open && !hasKey(credentials)) {
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "a valid API key is needed: X-API-Key: <key>");
        }
    }

    /// Lets a client or a backend pass.
    ///
    /// @return who it is; anonymous for a backend, and in insecure mode for who brings no token
    /// @throws ProblemException with 401
    public ConnectionClaims requireListener(Credentials credentials) {
        if (!open && hasKey(credentials)) {
            return ConnectionClaims.ANONYMOUS;
        }
        var token = token(credentials);
        if (token == null || (open && !tokens.accepted())) {
            if (open) {
                return ConnectionClaims.ANONYMOUS;
            }
            throw ProblemException.of(ProblemType.UNAUTHORIZED, "a connection token or an API key is needed");
        }
        try {
            return tokens.connection(token);
        } catch (TokenException e) {
            var detail = e.kind() == TokenException.Kind.EXPIRED ? "the token has expired" : "the token is not valid";
            throw ProblemException.of(ProblemType.UNAUTHORIZED, detail);
        }
    }

    private boolean hasKey(Credentials credentials) {
        var key = credentials.apiKey() != null ? credentials.apiKey() : after("apikey ", credentials.authorization());
        if (key == null) {
            return false;
        }
        var hash = hash(key);
        boolean found = false;
        for (var known : keyHashes) {
            found |= MessageDigest.isEqual(known, hash);
        }
        return found;
    }

    private static @Nullable String token(Credentials credentials) {
        var bearer = after("bearer ", credentials.authorization());
        return bearer != null ? bearer : credentials.token();
    }

    private static @Nullable String after(String scheme, @Nullable String authorization) {
        return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? authorization.substring(scheme.length()).strip()
                : null;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
