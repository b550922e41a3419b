package dev.carillon.webhook.api;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// A dispatcher that is quick and may dial loopback.
public class WebhookProfile implements QuarkusTestProfile {

    static final int PARTITIONS = 3;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("quarkus.http.test-port", "0"),
                Map.entry("carillon.topics.create", "true"),
                Map.entry("carillon.topics.webhook-partitions", Integer.toString(PARTITIONS)),
                Map.entry("carillon.webhook.instance", "test"),
                Map.entry("carillon.webhook.api-key", "right-key"),
                Map.entry(
                        "carillon.webhook.master-keys",
                        "new:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,"
                                + "old:Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="),
                Map.entry("carillon.webhook.public-url", "https://hooks.example.com/"),
                Map.entry("carillon.webhook.origin", "carillon.example.com"),
                Map.entry("carillon.webhook.api-keys.reader.key", "reader-key"),
                Map.entry("carillon.webhook.api-keys.reader.scopes", "read"),
                Map.entry("carillon.webhook.api-keys.umbrella.key", "umbrella-key"),
                Map.entry("carillon.webhook.api-keys.umbrella.scopes", "read,write,secrets,admin"),
                Map.entry("carillon.webhook.api-keys.umbrella.owner", "umbrella"),
                Map.entry("carillon.webhook.portal-secrets", "new:" + "n".repeat(32) + ",old:" + "o".repeat(32)),
                Map.entry("carillon.webhook.streams", "3"),
                Map.entry("carillon.webhook.allowed-targets", "127.0.0.1/32"),
                Map.entry("carillon.webhook.attempt-deadline", "2s"),
                Map.entry("carillon.webhook.schedule", "1s,2s"),
                Map.entry("carillon.webhook.retry-tiers", "1s,5s"));
    }
}
