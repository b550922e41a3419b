package dev.carillon.connection.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// Tokens as an application makes them.
public final class TokenMint {

    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private TokenMint() {}

    public static String connection(String user, @Nullable Instant until) {
        return token("{\"sub\":\"" + user + "\"" + expiry(until) + "}");
    }

    static String subscription(String user, String channel, @Nullable Instant until) {
        return token("{\"sub\":\"" + user + "\",\"channel\":\"" + channel + "\"" + expiry(until) + "}");
    }

    private static String expiry(@Nullable Instant until) {
        return until == null ? "" : ",\"exp\":" + until.getEpochSecond();
    }

    private static String token(String claims) {
        var token = new JsonWebSignature();
        token.setPayload(claims);
        token.setAlgorithmHeaderValue("HS256");
        token.setKey(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
