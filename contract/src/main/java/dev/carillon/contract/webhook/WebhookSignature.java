package dev.carillon.contract.webhook;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signs webhooks and verifies them, by Standard Webhooks 1.0. What is signed is `id.timestamp.body`, where the
/// body is exactly the bytes that are sent.
///
/// During a rotation a webhook carries one signature for every secret that is valid, newest first, so that
/// receivers may change over when they like. Safe for use by many threads; with ed25519 keys keep it off event
/// loops.
public final class WebhookSignature {
    /// Header: the same for every attempt at one event.
    public static final String ID_HEADER = "webhook-id";

    /// Header: when this attempt was made, in seconds since 1970.
    public static final String TIMESTAMP_HEADER = "webhook-timestamp";

    /// Header: the signatures, with spaces between them.
    public static final String SIGNATURE_HEADER = "webhook-signature";

    private static final String SHARED_VERSION = "v1";
    private static final String KEY_VERSION = "v1a";
    private static final String HMAC = "HmacSHA256";

    /// Digits of a timestamp; enough for some thousand years.
    private static final int LONGEST_TIMESTAMP = 11;

    /// Characters of a signature header that we care to look at.
    private static final int LONGEST_HEADER = 4_096;

    private WebhookSignature() {}

    /// What looking at a signature came to.
    public enum Verdict {
        /// Signed with one of the secrets, in time.
        GENUINE,
        /// No signature fits any of the secrets.
        FORGED,
        /// The timestamp is older than tolerated.
        TOO_OLD,
        /// The timestamp is further in the future than tolerated.
        TOO_NEW,
        /// The headers are not what the standard says.
        MALFORMED
    }

    /// The three headers of a webhook as they were received.
    ///
    /// @param id from [#ID_HEADER]
    /// @param timestamp from [#TIMESTAMP_HEADER]
    /// @param signature from [#SIGNATURE_HEADER]
    public record Headers(String id, String timestamp, String signature) {}

    /// The value of the signature header.
    ///
    /// @param secrets every one that is valid now, newest first; at least one
    /// @param id see [#isWebhookId(String)]
    /// @param attemptedAt goes to the timestamp header as seconds since 1970
    /// @param body the bytes that are sent
    public static String sign(
            List<? extends WebhookSecret.Signer> secrets, String id, Instant attemptedAt, ByteString body) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("secrets is empty");
        }
        if (!isWebhookId(id)) {
            throw new IllegalArgumentException("id is not one: " + id);
        }
        if (attemptedAt.getEpochSecond() < 0) {
            throw new IllegalArgumentException("attemptedAt is before 1970");
        }
        var content = content(id, Long.toString(attemptedAt.getEpochSecond()), body);
        return secrets.stream().map(secret -> sign(secret, content)).collect(Collectors.joining(" "));
    }

    /// Whether a webhook was signed with one of the secrets, lately.
    ///
    /// @param secrets what the receiver trusts
    /// @param headers as received
    /// @param body as received, byte for byte
    /// @param now the receiver's time
    /// @param tolerance how far the timestamp may be from `now`, both ways
    public static Verdict verify(
            List<? extends WebhookSecret.Verifier> secrets,
            Headers headers,
            ByteString body,
            Instant now,
            Duration tolerance) {
        var attemptedAt = parseTimestamp(headers.timestamp());
        if (attemptedAt == null || headers.signature().length() > LONGEST_HEADER) {
            return Verdict.MALFORMED;
        }
        if (attemptedAt.isBefore(now.minus(tolerance))) {
            return Verdict.TOO_OLD;
        }
        if (attemptedAt.isAfter(now.plus(tolerance))) {
            return Verdict.TOO_NEW;
        }
        var offered = parseSignatures(headers.signature());
        if (offered.isEmpty()) {
            return Verdict.MALFORMED;
        }
        var content = content(headers.id(), headers.timestamp(), body);
        boolean genuine = secrets.stream()
                .anyMatch(secret -> offered.stream().anyMatch(signature -> fits(secret, content, signature)));
        return genuine ? Verdict.GENUINE : Verdict.FORGED;
    }

    /// Whether an id can be signed as it is: printable ASCII that may stand in a header, and no full stop,
    /// which separates what is signed: with one, the same signature would fit another id and time.
    public static boolean isWebhookId(String id) {
        return !id.isEmpty() && id.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '.');
    }

    /// An id that can be signed, made of the id of any event: itself if possible; otherwise what offends, and
    /// the percent sign, stands as `%` and two hexadecimal digits. Different events keep different ids.
    public static String webhookId(String eventId) {
        var id = new StringBuilder();
        for (byte b : eventId.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && b != '.' && b != '%') {
                id.append((char) b);
            } else {
                id.append("%%%02X".formatted(b));
            }
        }
        return id.toString();
    }

    private static String sign(WebhookSecret.Signer secret, ByteString content) {
        return switch (secret) {
            case WebhookSecret.Shared shared -> SHARED_VERSION + "," + base64(hmac(shared, content));
            case WebhookSecret.SigningKey key -> KEY_VERSION + "," + base64(Ed25519.sign(key.seed(), content));
        };
    }

    private static boolean fits(WebhookSecret.Verifier secret, ByteString content, Offered offered) {
        return switch (secret) {
            case WebhookSecret.Shared shared ->
                offered.version().equals(SHARED_VERSION)
                        && MessageDigest.isEqual(
                                hmac(shared, content), offered.signature().toByteArray());
            case WebhookSecret.VerifyingKey key ->
                offered.version().equals(KEY_VERSION)
                        && Ed25519.verify(
                                key.key(), content, offered.signature().toByteArray());
        };
    }

    private static byte[] hmac(WebhookSecret.Shared secret, ByteString content) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.key().toByteArray(), HMAC));
            mac.update(content.asReadOnlyByteBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with " + HMAC, e);
        }
    }

    private static ByteString content(String id, String timestamp, ByteString body) {
        return ByteString.copyFromUtf8(id + "." + timestamp + ".").concat(body);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable Instant parseTimestamp(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && text.length() <= LONGEST_TIMESTAMP ? Instant.ofEpochSecond(Long.parseLong(text)) : null;
    }

    /// What is not understood, such as another version, is passed over: others may be among ours.
    private static List<Offered> parseSignatures(String header) {
        var offered = new ArrayList<Offered>();
        for (var part : header.split(" ", -1)) {
            int comma = part.indexOf(',');
            if (comma < 0) {
                continue;
            }
            try {
                var signature = Base64.getDecoder().decode(part.substring(comma + 1));
                offered.add(new Offered(part.substring(0, comma), ByteString.copyFrom(signature)));
            } catch (IllegalArgumentException _) {
                // Not base64: not a signature of any version.
            }
        }
        return offered;
    }

    private record Offered(String version, ByteString signature) {}
}
