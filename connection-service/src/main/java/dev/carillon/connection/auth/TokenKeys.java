package dev.carillon.connection.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The keys that verify tokens, and which of them fits which algorithm. Pure functions.
final class TokenKeys {

    /// HS256 needs a secret as long as its hash (RFC 7518, 3.2); the longer ones need longer secrets.
    private static final int MIN_SECRET_BYTES = 32;

    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

    private TokenKeys() {}

    /// @param id names the key among others (`kid`); null when it has no name
    record TokenKey(@Nullable String id, Key key) {

        /// Whether a token with this algorithm and key id may be signed by it.
        boolean fits(String algorithm, @Nullable String kid) {
            boolean isNamed = id == null || kid == null || id.equals(kid);
            return isNamed && fits(algorithm);
        }

        private boolean fits(String algorithm) {
            return switch (algorithm.length() < 2 ? "" : algorithm.substring(0, 2)) {
                case "HS" -> key instanceof SecretKey;
                case "RS", "PS" -> key instanceof RSAPublicKey;
                case "ES" -> key instanceof ECPublicKey;
                case "Ed" -> key instanceof EdECPublicKey;
                default -> false;
            };
        }

        @Override
        public String toString() {
            return "TokenKey[" + id + "]";
        }
    }

    /// @param setting names it in the message
    /// @throws IllegalArgumentException when it is too short
    static TokenKey secret(String setting, String secret) {
        var bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(setting + " must have at least " + MIN_SECRET_BYTES + " bytes");
        }
        return new TokenKey(null, new SecretKeySpec(bytes, "HmacSHA256"));
    }

    /// @param setting names it in the message
    /// @param pem a public key
    /// @throws IllegalArgumentException when it is none of a known kind
    static TokenKey publicKey(String setting, String pem) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder()
                    .decode(pem.replace("\\n", "\n").replaceAll("-----(BEGIN|END) PUBLIC KEY-----", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + " has a key that is not PEM", e);
        }
        for (var kind : KINDS) {
            try {
                return new TokenKey(null, KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der)));
            } catch (GeneralSecurityException _) {
                // Of another kind, then.
            }
        }
        throw new IllegalArgumentException(setting + " has a key that is neither RSA, EC nor EdDSA");
    }
}
