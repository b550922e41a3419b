package dev.carillon.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.function.IntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Connection tokens (JWT, HS256) as an application would make them.
public final class Tokens {

    private Tokens() {}

    /// A token for each client, of a user of its own, that does not expire.
    public static IntFunction<String> signedWith(String secret) {
        var key = new SecretKeySpec(Ascii.bytes(secret), "HmacSHA256");
        var head = base64(Ascii.bytes("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")) + ".";
        return client -> {
            var signed = head + base64(("{\"sub\":\"user-" + client + "\"}").getBytes(StandardCharsets.UTF_8));
            try {
                var mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                return signed + "." + base64(mac.doFinal(Ascii.bytes(signed)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        };
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
