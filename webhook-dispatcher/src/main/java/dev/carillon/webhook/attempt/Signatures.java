package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.webhook.WebhookSecret;
import dev.carillon.contract.webhook.WebhookSignature;
import java.time.Instant;
import java.util.List;

/// Signs exactly the bytes that are sent, with every secret that is still valid, newest first.
final class Signatures {

    private Signatures() {}

    static String of(List<Endpoint.Secret> secrets, String id, Instant now, ByteString body) {
        var signers = secrets.stream()
                .filter(secret -> isValid(secret, now))
                .map(secret -> WebhookSecret.parseSigner(secret.key()))
                .toList();
        return WebhookSignature.sign(signers, id, now, body);
    }

    private static boolean isValid(Endpoint.Secret secret, Instant now) {
        var expiresAt = secret.expiresAt();
        return expiresAt == null || now.isBefore(expiresAt);
    }
}
