package dev.carillon.webhook.vault;

import dev.carillon.contract.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/// Tokens by which the server behind a URL says later that it wants deliveries. They are made of a master key
/// and of what was asked for, so that every replica knows them and nothing has to be kept; of another URL, they
/// are others. Whoever registered the endpoint cannot make one from what it is shown.
///
/// Without a master key they are this process's own, until it ends. Safe for use by many threads.
public final class Grants {

    private static final int OWN_BYTES = 32;

    /// Newest first.
    private final List<SecretKeySpec> keys;

    public Grants(MasterKeys masterKeys) {
        this.keys = masterKeys.isEmpty()
                ? List.of(own())
                : masterKeys.all().stream()
                        .map(key -> new SecretKeySpec(key.forGrants(), MasterKeys.Macs.HMAC))
                        .toList();
    }

    public String token(Endpoint endpoint) {
        return token(keys.getFirst(), endpoint);
    }

    /// Compares in the same time, whatever is offered.
    public boolean isToken(String offered, Endpoint endpoint) {
        var bytes = offered.getBytes(StandardCharsets.UTF_8);
        boolean isOne = false;
        for (var key : keys) {
            isOne |= MessageDigest.isEqual(token(key, endpoint).getBytes(StandardCharsets.UTF_8), bytes);
        }
        return isOne;
    }

    private static String token(SecretKeySpec key, Endpoint endpoint) {
        var content = Stream.of(
                        endpoint.id(),
                        endpoint.state().createdAt().toString(),
                        endpoint.settings().url())
                .map(part -> part.length() + ":" + part)
                .reduce("", String::concat);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(MasterKeys.Macs.hmac(key, content));
    }

    private static SecretKeySpec own() {
        var bytes = new byte[OWN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new SecretKeySpec(bytes, MasterKeys.Macs.HMAC);
    }
}
