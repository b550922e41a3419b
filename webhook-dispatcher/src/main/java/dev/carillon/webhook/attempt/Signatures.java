package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs exactly the bytes that are sent, with every secret that is still valid, newest first.
final class Signatures {

    private Signatures() {}

    static String of(List<Endpoint.Secret> secrets, String id, Instant now, ByteString body) {
        return secrets.stream()
                .filter(secret -> isValid(secret, now))
                .map(secret -> sign(secret.key(), id, now, body))
                .collect(Collectors.joining(" "));
    }

    private static boolean isValid(Endpoint.Secret secret, Instant now) {
        var expiresAt = secret.expiresAt();
        return expiresAt == null || now.isBefore(expiresAt);
    }

    private static String sign(String key, String id, Instant now, ByteString body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.replaceFirst("^whsec_", "")), "HmacSHA256"));
            mac.update((id + "." + now.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
            mac.update(body.asReadOnlyByteBuffer());
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }
}
