package dev.carillon.testkit.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Tokens as an application makes them.
public final class TokenMint {

    /// Signs them (HS256).
    public static final String SECRET = "0123456789abcdef0123456789abcdef";

    private TokenMint() {}

    public static String connection(String user, @Nullable Instant until) {
        return token("{\"sub\":\"" + user + "\"" + expiry(until) + "}");
    }

    /// One that brings channels.
    static String bringing(String user, List<String> channels) {
        var names = channels.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(","));
        return token("{\"sub\":\"" + user + "\",\"channels\":[" + names + "]}");
    }

    public static String subscription(String user, String channel, @Nullable Instant until) {
        return token("{\"sub\":\"" + user + "\",\"channel\":\"" + channel + "\"" + expiry(until) + "}");
    }

    private static String expiry(@Nullable Instant until) {
        return until == null ? "" : ",\"exp\":" + until.getEpochSecond();
    }

    private static String token(String claims) {
        var signed = base64("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
