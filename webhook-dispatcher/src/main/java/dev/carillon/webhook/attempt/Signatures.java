package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint.SignatureStyle;
import dev.carillon.contract.webhook.WebhookSecret;
import dev.carillon.contract.webhook.WebhookSignature;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs exactly the bytes that are sent, with every secret that is still valid, newest first. Pure.
///
/// The other styles are for receivers that know them already. They take the text form of the secret, prefix and
/// all, as the key, and know shared secrets only. `X-Hub-Signature-256` has room for one signature: that of the
/// newest.
final class Signatures {

    static final String STRIPE_HEADER = "stripe-signature";
    static final String GITHUB_HEADER = "x-hub-signature-256";

    private static final String HMAC = "HmacSHA256";

    private Signatures() {}

    /// @param signers that are valid now, newest first
    static Map<String, String> headers(
            List<WebhookSecret.Signer> signers, Set<SignatureStyle> styles, String id, Instant now, ByteString body) {
        var headers = new HashMap<String, String>();
        headers.put(WebhookSignature.ID_HEADER, id);
        headers.put(WebhookSignature.TIMESTAMP_HEADER, Long.toString(now.getEpochSecond()));
        headers.put(WebhookSignature.SIGNATURE_HEADER, WebhookSignature.sign(signers, id, now, body));
        var shared = signers.stream()
                .filter(WebhookSecret.Shared.class::isInstance)
                .map(WebhookSecret::reveal)
                .toList();
        if (shared.isEmpty()) {
            return headers;
        }
        for (var style : styles) {
            switch (style) {
                case STRIPE -> headers.put(STRIPE_HEADER, stripe(shared, now, body));
                case GITHUB -> headers.put(GITHUB_HEADER, "sha256=" + hex(shared.getFirst(), body));
            }
        }
        return headers;
    }

    private static String stripe(List<String> secrets, Instant now, ByteString body) {
        var content = ByteString.copyFromUtf8(now.getEpochSecond() + ".").concat(body);
        return "t=" + now.getEpochSecond()
                + secrets.stream().map(secret -> ",v1=" + hex(secret, content)).collect(Collectors.joining());
    }

    private static String hex(String secret, ByteString content) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            mac.update(content.asReadOnlyByteBuffer());
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }
}
