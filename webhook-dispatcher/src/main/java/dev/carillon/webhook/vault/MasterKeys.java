package dev.carillon.webhook.vault;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The keys that seal secrets, newest first. The newest seals, all open. Its text form tells the names only.
public final class MasterKeys {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,32}");
    private static final int BYTES = 32;

    private final List<MasterKey> keys;

    private MasterKeys(List<MasterKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /// One key. What it is used for never uses it itself, but a key made from it, so that uses cannot meet.
    ///
    /// @param id names it in what it sealed
    record MasterKey(String id, SecretKeySpec key) {

        SecretKey forSealing() {
            return new SecretKeySpec(mac("carillon seal v1"), "AES");
        }

        byte[] forGrants() {
            return mac("carillon grant v1");
        }

        private byte[] mac(String purpose) {
            return Macs.hmac(key, purpose);
        }

        @Override
        public String toString() {
            return "MasterKey[" + id + "]";
        }
    }

    /// None: nothing is sealed.
    public static MasterKeys none() {
        return new MasterKeys(List.of());
    }

    /// @param texts `id:base64`, newest first; 32 bytes each
    /// @throws IllegalArgumentException when one is no key; the message never repeats it
    public static MasterKeys parse(List<String> texts) {
        var ids = new HashSet<String>();
        var keys = texts.stream().map(String::strip).map(MasterKeys::key).toList();
        for (var key : keys) {
            if (!ids.add(key.id())) {
                throw new IllegalArgumentException("there are two master keys " + key.id());
            }
        }
        return new MasterKeys(keys);
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    @Nullable
    MasterKey newest() {
        return keys.isEmpty() ? null : keys.getFirst();
    }

    @Nullable
    MasterKey find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst().orElse(null);
    }

    List<MasterKey> all() {
        return keys;
    }

    @Override
    public String toString() {
        return "MasterKeys" + keys;
    }

    private static MasterKey key(String text) {
        int colon = text.indexOf(':');
        var id = colon < 0 ? "" : text.substring(0, colon);
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a master key is not id:base64, the id of 1 to 32 letters, digits, dots, dashes, underscores");
        }
        byte[] bytes = decode(text.substring(colon + 1));
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("master key " + id + " is not " + BYTES + " bytes in base64");
        }
        return new MasterKey(id, new SecretKeySpec(bytes, Macs.HMAC));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            // Its message would quote the key.
            return new byte[0];
        }
    }

    /// HMAC-SHA256.
    static final class Macs {
        static final String HMAC = "HmacSHA256";

        private Macs() {}

        static byte[] hmac(SecretKey key, String text) {
            try {
                var mac = Mac.getInstance(HMAC);
                mac.init(key);
                return mac.doFinal(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has " + HMAC, e);
            }
        }
    }
}
