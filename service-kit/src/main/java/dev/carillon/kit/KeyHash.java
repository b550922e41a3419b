package dev.carillon.kit;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What is kept of an API key: its hash (SHA-256). Compared in a time that does not depend on what was brought.
public final class KeyHash {

    private static final String HASHED = "sha256:";
    private static final int HASH_BYTES = 32;

    private final ByteString hash;

    private KeyHash(byte[] hash) {
        this.hash = ByteString.copyFrom(hash);
    }

    /// Of a key as somebody brings it.
    public static KeyHash of(String key) {
        return new KeyHash(hash(key));
    }

    /// Of a key as it is configured: as it is, or `sha256:` and its hash in hexadecimal digits.
    ///
    /// @throws IllegalArgumentException when it is neither; the message does not tell the key
    public static KeyHash configured(String text) {
        var key = text.strip();
        if (key.isEmpty()) {
            throw new IllegalArgumentException("the key is empty");
        }
        return new KeyHash(key.startsWith(HASHED) ? parsed(key.substring(HASHED.length())) : hash(key));
    }

    /// Whether both are of the same key.
    public boolean matches(KeyHash other) {
        return MessageDigest.isEqual(hash.toByteArray(), other.hash.toByteArray());
    }

    private static byte[] parsed(String digits) {
        byte[] parsed = {};
        try {
            parsed = HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException _) {
            // Told below, without the text.
        }
        if (parsed.length != HASH_BYTES) {
            throw new IllegalArgumentException("the hash must have 64 hexadecimal digits");
        }
        return parsed;
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
