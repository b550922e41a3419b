package dev.carillon.webhook.vault;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.webhook.WebhookSecret;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What endpoints sign with, opened and read once and then kept: signing opens nothing. Keeps those that were
/// used last.
///
/// Safe for use by many threads: one lock around a map, never held while something is opened.
public final class KeyRing {

    private static final int KEPT = 10_000;
    private static final float LOAD = 0.75f;

    private final Vault vault;
    private final Map<String, Ring> rings;

    public KeyRing(Vault vault) {
        this(vault, KEPT);
    }

    KeyRing(Vault vault, int most) {
        this.vault = vault;
        this.rings = new LinkedHashMap<>(16, LOAD, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Ring> eldest) {
                return size() > most;
            }
        };
    }

    /// Something to sign with.
    ///
    /// @param expiresAt when it stops, or null
    public record Key(WebhookSecret.Signer signer, @Nullable Instant expiresAt) {
        boolean isValid(Instant now) {
            return expiresAt == null || now.isBefore(expiresAt);
        }
    }

    /// Kept for as long as the row says the same: revisions begin anew when an id is used again.
    private record Ring(Endpoint.Keys kept, List<Key> keys) {}

    /// What an endpoint signs with now, newest first.
    ///
    /// @throws Vault.LockedException when that cannot be opened
    public List<WebhookSecret.Signer> signers(Endpoint endpoint, Instant now) {
        return keys(endpoint).stream()
                .filter(key -> key.isValid(now))
                .<WebhookSecret.Signer>map(Key::signer)
                .toList();
    }

    /// All that an endpoint has, expired or not, newest first.
    public List<Key> keys(Endpoint endpoint) {
        var ring = find(endpoint.id());
        if (ring != null && ring.kept().equals(endpoint.keys())) {
            return ring.keys();
        }
        var keys = endpoint.keys().secrets().stream()
                .map(secret ->
                        new Key(WebhookSecret.parseSigner(vault.open(endpoint.id(), secret.key())), secret.expiresAt()))
                .toList();
        keep(endpoint, keys);
        return keys;
    }

    /// The private key of a certificate, PEM. Not kept.
    public String open(Endpoint endpoint, Endpoint.ClientCertificate certificate) {
        return vault.open(endpoint.id(), certificate.key());
    }

    private @Nullable Ring find(String endpoint) {
        synchronized (rings) {
            return rings.get(endpoint);
        }
    }

    private void keep(Endpoint endpoint, List<Key> keys) {
        synchronized (rings) {
            rings.put(endpoint.id(), new Ring(endpoint.keys(), keys));
        }
    }
}
