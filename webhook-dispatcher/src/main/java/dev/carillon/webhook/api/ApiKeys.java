package dev.carillon.webhook.api;

import dev.carillon.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/// The keys that may use the REST API. Safe for use by many threads.
@Singleton
final class ApiKeys {

    private final boolean isOpen;
    private final List<byte[]> keys;

    ApiKeys(WebhookConfig config) {
        this.isOpen = config.insecure();
        this.keys = config.apiKey().orElse(List.of()).stream()
                .filter(key -> !key.isBlank())
                .map(key -> key.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /// Whether no key is asked for at all.
    boolean isOpen() {
        return isOpen;
    }

    /// Compares with every key, so that the time tells nothing.
    boolean isKnown(String offered) {
        var bytes = offered.getBytes(StandardCharsets.UTF_8);
        boolean isKnown = false;
        for (var key : keys) {
            isKnown |= MessageDigest.isEqual(key, bytes);
        }
        return isKnown;
    }
}
