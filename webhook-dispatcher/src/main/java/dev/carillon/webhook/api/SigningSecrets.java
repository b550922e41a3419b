package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Settings;
import dev.carillon.contract.ProblemType;
import dev.carillon.contract.webhook.WebhookSecret;
import dev.carillon.kit.ProblemException;
import dev.carillon.webhook.vault.KeyRing;
import java.security.SecureRandom;
import java.util.List;

/// Secrets as requests ask for them, and as their owners see them.
final class SigningSecrets {

    private SigningSecrets() {}

    /// The secret in `secret`, or a new one of `type`: `hmac` or `ed25519`.
    static WebhookSecret.Signer read(ObjectNode body) {
        var type = body.path("type").asText("");
        var given = body.path("secret");
        if (given.isMissingNode() || given.isNull()) {
            return switch (type) {
                case "", "hmac" -> WebhookSecret.Shared.generate(new SecureRandom());
                case "ed25519" -> WebhookSecret.SigningKey.generate(new SecureRandom());
                default -> throw Requests.fault("/type", "must be hmac or ed25519");
            };
        }
        WebhookSecret.Signer secret;
        try {
            secret = WebhookSecret.parseSigner(given.asText());
        } catch (IllegalArgumentException e) {
            throw Requests.fault("/secret", String.valueOf(e.getMessage()));
        }
        if (!type.isEmpty() && !type.equals(type(secret))) {
            throw Requests.fault("/type", "is not the type of the secret");
        }
        return secret;
    }

    /// Signatures of other styles need a secret that both sides hold.
    static void requireSuited(Settings settings, WebhookSecret.Signer newest) {
        if (!settings.signatureStyles().isEmpty() && !(newest instanceof WebhookSecret.Shared)) {
            throw Requests.fault(
                    "/signatureStyles", "must be empty with an ed25519 key: they are made with shared secrets");
        }
    }

    /// Shows the newest as `secret`, with what a receiver needs to verify.
    static void showNewest(ObjectNode view, List<KeyRing.Key> keys) {
        if (keys.isEmpty()) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "the endpoint has no secret");
        }
        show(view, keys.getFirst().signer());
    }

    /// Shows all, newest first.
    ///
    /// @param old whether those that are not the newest are told, too, and not only that they are there
    static void showAll(ObjectNode view, Endpoint endpoint, List<KeyRing.Key> keys, boolean old) {
        var all = view.putArray("secrets");
        for (int i = 0; i < keys.size(); i++) {
            var kept = endpoint.keys().secrets().get(i);
            var item = all.addObject();
            if (old || i == 0) {
                show(item, keys.get(i).signer());
            }
            item.put("createdAt", kept.createdAt().toString());
            var expiresAt = kept.expiresAt();
            if (expiresAt != null) {
                item.put("expiresAt", expiresAt.toString());
            }
        }
    }

    private static void show(ObjectNode view, WebhookSecret.Signer secret) {
        view.put("secret", secret.reveal()).put("type", type(secret));
        if (secret instanceof WebhookSecret.SigningKey key) {
            view.put("publicKey", key.verifier().reveal());
        }
    }

    private static String type(WebhookSecret.Signer secret) {
        return switch (secret) {
            case WebhookSecret.Shared _ -> "hmac";
            case WebhookSecret.SigningKey _ -> "ed25519";
        };
    }
}
