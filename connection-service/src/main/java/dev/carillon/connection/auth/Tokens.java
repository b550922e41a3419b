package dev.carillon.connection.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.ConnectionClaims.ServerSubscription;
import dev.carillon.contract.Channel;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/// Reads the tokens of clients: JWTs signed with HS256 and the one configured secret, nothing else.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class Tokens {

    /// HS256 needs a secret as long as its hash (RFC 7518, 3.2).
    private static final int MIN_SECRET_BYTES = 32;

    private static final AlgorithmConstraints HS256_ONLY =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256);
    private static final JsonMapper JSON = new JsonMapper();

    private final Clock clock;
    private final @Nullable SecretKey secret;
    private final @Nullable String audience;
    private final @Nullable String issuer;

    @Inject
    Tokens(ConnectionConfig config) {
        this(Clock.systemUTC(), config.tokenHmacSecret(), config.tokenAudience(), config.tokenIssuer());
    }

    Tokens(Clock clock, Optional<String> secret, Optional<String> audience, Optional<String> issuer) {
        this.clock = clock;
        this.secret = secret.map(Tokens::key).orElse(null);
        this.audience = audience.orElse(null);
        this.issuer = issuer.orElse(null);
    }

    /// Whether any token can be valid here.
    public boolean accepted() {
        return secret != null;
    }

    /// Who a client is that connects with `token`.
    ///
    /// @throws TokenException of the kinds `EXPIRED` and `INVALID`
    public ConnectionClaims connection(String token) throws TokenException {
        var claims = verified(token);
        if (claims.has("channel")) {
            throw invalid("token is one for a subscription");
        }
        return new ConnectionClaims(
                claims.path("sub").asText(""), expiry(claims), json(claims, "info"), subscriptions(claims));
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
        return new SubscriptionClaims(expiry(claims), json(claims, "info"));
    }

    private static SecretKey key(String secret) {
        var bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "carillon.connection.token-hmac-secret must have at least " + MIN_SECRET_BYTES + " bytes");
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    /// The claims of a token that is signed, meant for us, begun and not expired.
    private JsonNode verified(String token) throws TokenException {
        if (secret == null) {
            throw invalid("no secret for tokens is configured");
        }
        try {
            var claims = JSON.readTree(
                    consumer(secret).build().process(token).getJwtClaims().getRawJson());
            return claims;
        } catch (InvalidJwtException e) {
            // Expired counts only when nothing else is wrong: a forged token is not invited to come again.
            boolean onlyExpired =
                    e.getErrorDetails().stream().allMatch(error -> error.getErrorCode() == ErrorCodes.EXPIRED);
            if (onlyExpired && e.hasExpired()) {
                throw new TokenException(TokenException.Kind.EXPIRED, "token has expired");
            }
            throw invalid("token is malformed, not signed by us, or not for us");
        } catch (JsonProcessingException e) {
            throw invalid("token's claims are not JSON");
        }
    }

    private JwtConsumerBuilder consumer(SecretKey key) {
        var builder = new JwtConsumerBuilder()
                .setVerificationKey(key)
                .setJwsAlgorithmConstraints(HS256_ONLY)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()));
        if (audience == null) {
            builder.setSkipDefaultAudienceValidation();
        } else {
            builder.setExpectedAudience(true, audience);
        }
        if (issuer != null) {
            builder.setExpectedIssuer(true, issuer);
        }
        return builder;
    }

    /// `expire_at` overrides `exp`, and means never when it is not positive.
    private static @Nullable Instant expiry(JsonNode claims) throws TokenException {
        var at = claims.has("expire_at") ? claims.path("expire_at") : claims.path("exp");
        if (!at.isNumber() && !at.isMissingNode()) {
            throw invalid("token's expiry is not a number");
        }
        try {
            return at.asLong(0) <= 0 ? null : Instant.ofEpochSecond(at.asLong());
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Map<Channel, ServerSubscription> subscriptions(JsonNode claims) throws TokenException {
        var found = new HashMap<Channel, ServerSubscription>();
        for (var name : claims.path("channels")) {
            found.put(channel(name.asText("")), ServerSubscription.PLAIN);
        }
        for (var entry : claims.path("subs").properties()) {
            var options = entry.getValue();
            found.put(channel(entry.getKey()), new ServerSubscription(json(options, "info"), json(options, "data")));
        }
        return found;
    }

    private static Channel channel(String name) throws TokenException {
        var fault = Channel.fault(name);
        if (!fault.isEmpty()) {
            throw invalid("token names a channel that is none");
        }
        return new Channel(name);
    }

    /// The JSON in `name`, or, encoded in base64, in `b64<name>`.
    private static ByteString json(JsonNode claims, String name) throws TokenException {
        if (claims.has("b64" + name)) {
            try {
                return ByteString.copyFrom(
                        Base64.getDecoder().decode(claims.path("b64" + name).asText("")));
            } catch (IllegalArgumentException e) {
                throw invalid("token has something that is not base64");
            }
        }
        var node = claims.path(name);
        return node.isMissingNode() || node.isNull() ? ByteString.EMPTY : ByteString.copyFromUtf8(node.toString());
    }

    private static TokenException invalid(String message) {
        return new TokenException(TokenException.Kind.INVALID, message);
    }
}
