package dev.carillon.connection.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.Outbound;
import dev.carillon.connection.auth.TokenKeys.TokenKey;
import dev.carillon.contract.Channel;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/// Reads the tokens of clients: JWTs that one of the known keys verifies. A key verifies the algorithms of its
/// kind only, so a public key is never taken for a secret.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class Tokens {

    private static final String SETTING = "carillon.connection.token-";
    private static final int MAX_PART = 65_536;
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.HMAC_SHA256,
            AlgorithmIdentifiers.HMAC_SHA384,
            AlgorithmIdentifiers.HMAC_SHA512,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);
    private static final JsonMapper JSON = new JsonMapper();

    private final Clock clock;
    private final List<TokenKey> keys;
    private final Issuance issuance;
    private final @Nullable PublishedKeys published;

    @Inject
    Tokens(ConnectionConfig config, Outbound outbound) {
        this(Clock.systemUTC(), keys(config), Issuance.of(config), published(config, outbound));
    }

    Tokens(Clock clock, List<TokenKey> keys, Issuance issuance, @Nullable PublishedKeys published) {
        this.clock = clock;
        this.keys = List.copyOf(keys);
        this.issuance = issuance;
        this.published = published;
    }

    private static @Nullable PublishedKeys published(ConnectionConfig config, Outbound outbound) {
        var groups = Issuance.of(config).groups();
        return config.tokenJwksUrl()
                .map(url -> new PublishedKeys(
                        new KeyAddress(url, groups),
                        one -> new Jwks(outbound, one, config.tokenJwksRefresh(), System::nanoTime)))
                .orElse(null);
    }

    void start(@Observes StartupEvent event) {
        if (published != null) {
            published.start();
        }
    }

    /// Whether any token can be valid here.
    public boolean accepted() {
        return !keys.isEmpty() || published != null;
    }

    /// Completes, on any thread, when the key that a token names is there or cannot be had: then is the time to
    /// read the token. Never fails. Nothing is asked for a token that is not from whom it must be.
    public CompletionStage<Void> ready(String token) {
        var header = published == null ? null : part(token, 0);
        if (published == null || header == null) {
            return CompletableFuture.completedFuture(null);
        }
        var found = hasKey(header) ? null : found(() -> part(token, 1));
        return found == null
                ? CompletableFuture.completedFuture(null)
                : published.await(found, algorithm(header), kid(header));
    }

    /// Whether a key that is configured may have signed it.
    private boolean hasKey(JsonNode header) {
        return keys.stream().anyMatch(key -> key.fits(algorithm(header), kid(header)));
    }

    private static String algorithm(JsonNode header) {
        return header.path("alg").asText("");
    }

    private static @Nullable String kid(JsonNode header) {
        return header.path("kid").isTextual() ? header.path("kid").asText() : null;
    }

    /// See [Issuance#find]; null also when there are no claims.
    private @Nullable Map<String, String> found(Supplier<@Nullable JsonNode> claims) {
        if (issuance.isAny()) {
            return Map.of();
        }
        var tree = claims.get();
        return tree == null ? null : issuance.find(tree);
    }

    /// Who a client is that connects with `token`.
    ///
    /// @throws TokenException of the kinds `EXPIRED` and `INVALID`
    public ConnectionClaims connection(String token) throws TokenException {
        var claims = verified(token);
        if (claims.has("channel")) {
            throw invalid("token is one for a subscription");
        }
        try {
            return ClaimsReader.connection(claims.path("sub").asText(""), ClaimsReader.expiry(expiry(claims)), claims);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /// What the client `client` of `user` may do in `channel` with `token`.
    ///
    /// @throws TokenException of any kind
    public SubscriptionClaims subscription(String token, String user, String client, Channel channel)
            throws TokenException {
        var claims = verified(token);
        if (!claims.has("channel")) {
            throw invalid("token names no channel");
        }
        if (!claims.path("channel").asText("").equals(channel.name())
                || !claims.path("sub").asText("").equals(user)
                || !claims.path("client").asText(client).equals(client)) {
            throw new TokenException(TokenException.Kind.MISMATCH, "token is for another channel, user or client");
        }
        try {
            return ClaimsReader.subscription(ClaimsReader.expiry(expiry(claims)), claims, true);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static List<TokenKey> keys(ConnectionConfig config) {
        var secrets = Stream.concat(
                config.tokenHmacSecret().map(secret -> TokenKeys.secret(SETTING + "hmac-secret", secret)).stream(),
                config.tokenRetiredHmacSecrets().orElse(List.of()).stream()
                        .map(secret -> TokenKeys.secret(SETTING + "retired-hmac-secrets", secret)));
        var publicKeys = config.tokenPublicKeys().orElse(List.of()).stream()
                .map(pem -> TokenKeys.publicKey(SETTING + "public-keys", pem));
        return Stream.concat(secrets, publicKeys).toList();
    }

    /// `expire_at` overrides `exp`.
    private static JsonNode expiry(JsonNode claims) {
        return claims.has("expire_at") ? claims.path("expire_at") : claims.path("exp");
    }

    /// What stands there between the dots; null when that is no JSON object.
    private static @Nullable JsonNode part(String token, int index) {
        var parts = token.split("\\.", 4);
        if (parts.length < 3 || parts[index].length() > MAX_PART) {
            return null;
        }
        try {
            return object(new String(Base64.getUrlDecoder().decode(parts[index]), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable JsonNode object(String json) {
        try {
            var tree = JSON.readTree(json);
            return tree.isObject() ? tree : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /// The claims of a token that is signed, meant for us, begun and not expired.
    private JsonNode verified(String token) throws TokenException {
        if (!accepted()) {
            throw invalid("no key for tokens is configured");
        }
        try {
            var claims = JSON.readTree(
                    consumer().build().process(token).getJwtClaims().getRawJson());
            ClaimsReader.requireUnicode(claims);
            return claims;
        } catch (InvalidJwtException e) {
            // Expired counts only when nothing else is wrong: a forged token is not invited to come again.
            boolean onlyExpired =
                    e.getErrorDetails().stream().allMatch(error -> error.getErrorCode() == ErrorCodes.EXPIRED);
            if (onlyExpired && e.hasExpired()) {
                throw new TokenException(TokenException.Kind.EXPIRED, "token has expired");
            }
            if (isKeyless(token)) {
                throw new TokenException(TokenException.Kind.UNKNOWN_KEYS, "the token's keys are not known yet");
            }
            throw invalid("token is malformed, not signed by us, or not for us");
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw invalid("token's claims are not JSON");
        }
    }

    /// Whether it is from, and for, whom it must be, and no key of theirs was ever found.
    private boolean isKeyless(String token) {
        var header = published == null ? null : part(token, 0);
        var found = header == null || hasKey(header) ? null : found(() -> part(token, 1));
        return published != null && found != null && published.keys(found).isEmpty();
    }

    private JwtConsumerBuilder consumer() {
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver((jws, _) -> key(jws))
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .setSkipDefaultAudienceValidation();
    }

    /// The key that signed it: while keys are changed there are several that may have.
    private Key key(JsonWebSignature token) throws UnresolvableKeyException {
        var found = found(() -> object(token.getUnverifiedPayload()));
        if (found == null) {
            throw new UnresolvableKeyException("not from, or not for, whom it must be");
        }
        var algorithm = token.getAlgorithmHeaderValue();
        var candidates = candidates(found, algorithm == null ? "" : algorithm, token.getKeyIdHeaderValue());
        if (candidates.size() == 1) {
            return candidates.getFirst().key();
        }
        for (var candidate : candidates) {
            try {
                token.setKey(candidate.key());
                if (token.verifySignature()) {
                    return candidate.key();
                }
            } catch (JoseException _) {
                // Too short for the algorithm, or of another curve: the next one.
            }
        }
        throw new UnresolvableKeyException("no key fits");
    }

    private List<TokenKey> candidates(Map<String, String> found, String algorithm, @Nullable String kid) {
        var all = new ArrayList<>(keys);
        if (published != null) {
            all.addAll(published.keys(found));
        }
        return all.stream().filter(key -> key.fits(algorithm, kid)).toList();
    }

    private static TokenException invalid(String message) {
        return new TokenException(TokenException.Kind.INVALID, message);
    }
}
