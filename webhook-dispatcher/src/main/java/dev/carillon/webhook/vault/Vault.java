package dev.carillon.webhook.vault;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.ClientCertificate;
import dev.carillon.contract.Endpoint.Keys;
import dev.carillon.contract.Endpoint.Secret;
import dev.carillon.webhook.vault.MasterKeys.MasterKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/// Seals secrets for the topic and opens them again: `sealed:v1:<master key>:<base64>`, AES-256-GCM over the
/// text, bound to the endpoint, so that nobody can give one endpoint the secret of another. What was written
/// before there was a master key is plain, and stays readable.
///
/// Safe for use by many threads.
public final class Vault {

    private static final String PREFIX = "sealed:";
    private static final String VERSION = PREFIX + "v1:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final MasterKeys keys;
    private final boolean mayBePlain;
    private final SecureRandom random = new SecureRandom();

    /// @param mayBePlain whether secrets may be written as they are when there is no master key
    public Vault(MasterKeys keys, boolean mayBePlain) {
        this.keys = keys;
        this.mayBePlain = mayBePlain;
    }

    /// Seals nothing.
    public static Vault plain() {
        return new Vault(MasterKeys.none(), true);
    }

    /// A secret can be neither sealed nor opened. The message says why, and nothing of the secret.
    public static final class LockedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LockedException(String message) {
            super(message);
        }

        LockedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Whether [#seal] works: false only when there is no master key, and secrets may not be written without
    /// one.
    public boolean canSeal() {
        return mayBePlain || !keys.isEmpty();
    }

    /// Whether what is written is sealed.
    public boolean seals() {
        return !keys.isEmpty();
    }

    /// @param endpoint whose it is: the only one for which it can be opened
    public String seal(String endpoint, String secret) {
        var key = keys.newest();
        if (key != null) {
            return VERSION + key.id() + ":" + Base64.getEncoder().encodeToString(encrypt(key, endpoint, secret));
        }
        if (!mayBePlain) {
            throw new LockedException("there is no master key: set carillon.webhook.master-keys");
        }
        return secret;
    }

    /// @param kept as it was written: sealed or plain
    public String open(String endpoint, String kept) {
        if (!kept.startsWith(PREFIX)) {
            return kept;
        }
        var key = keys.find(keyId(kept));
        if (!kept.startsWith(VERSION) || key == null) {
            throw new LockedException("a secret is sealed with a master key that is not configured: " + keyId(kept));
        }
        return decrypt(key, endpoint, kept.substring(kept.lastIndexOf(':') + 1));
    }

    /// The same keys, all sealed with the newest master key; the same object when they are already.
    public Keys sealed(String endpoint, Keys kept) {
        var certificate = kept.certificate();
        boolean isCurrent = kept.secrets().stream().allMatch(secret -> isCurrent(secret.key()))
                && (certificate == null || isCurrent(certificate.key()));
        if (isCurrent) {
            return kept;
        }
        var secrets = kept.secrets().stream()
                .map(secret -> new Secret(again(endpoint, secret.key()), secret.createdAt(), secret.expiresAt()))
                .toList();
        return new Keys(
                secrets,
                certificate == null
                        ? null
                        : new ClientCertificate(certificate.chain(), again(endpoint, certificate.key())));
    }

    /// Master keys that are needed to open these, and not there.
    public Set<String> missing(Iterable<Endpoint> endpoints) {
        var missing = new TreeSet<String>();
        for (var endpoint : endpoints) {
            for (var kept : texts(endpoint.keys())) {
                if (kept.startsWith(PREFIX) && keys.find(keyId(kept)) == null) {
                    missing.add(keyId(kept));
                }
            }
        }
        return missing;
    }

    private static List<String> texts(Keys kept) {
        var secrets = kept.secrets().stream().map(Secret::key);
        var certificate = kept.certificate();
        return certificate == null
                ? secrets.toList()
                : java.util.stream.Stream.concat(secrets, java.util.stream.Stream.of(certificate.key()))
                        .toList();
    }

    private String again(String endpoint, String kept) {
        return isCurrent(kept) ? kept : seal(endpoint, open(endpoint, kept));
    }

    private boolean isCurrent(String kept) {
        var key = keys.newest();
        return key == null || kept.startsWith(VERSION + key.id() + ":");
    }

    private static String keyId(String kept) {
        var parts = kept.split(":", 4);
        return parts.length == 4 ? parts[2] : "";
    }

    private byte[] encrypt(MasterKey key, String endpoint, String secret) {
        var iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            var sealed =
                    cipher(Cipher.ENCRYPT_MODE, key, iv, endpoint).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(iv.length + sealed.length)
                    .put(iv)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal with " + CIPHER, e);
        }
    }

    private static String decrypt(MasterKey key, String endpoint, String base64) {
        byte @Nullable [] bytes = null;
        try {
            bytes = Base64.getDecoder().decode(base64);
            var iv = java.util.Arrays.copyOf(bytes, IV_BYTES);
            var opened = cipher(Cipher.DECRYPT_MODE, key, iv, endpoint)
                    .doFinal(bytes, IV_BYTES, Math.max(0, bytes.length - IV_BYTES));
            return new String(opened, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new LockedException("a secret is not what master key " + key.id() + " sealed for this endpoint", e);
        }
    }

    private static Cipher cipher(int mode, MasterKey key, byte[] iv, String endpoint) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key.forSealing(), new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(endpoint.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
