package dev.carillon.connection.auth;

import dev.carillon.connection.auth.TokenKeys.TokenKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/// Somebody who issues tokens.
public final class TestKeys {

    private final String algorithm;
    private final Key signing;
    private final Key verifying;

    private TestKeys(String algorithm, Key signing, Key verifying) {
        this.algorithm = algorithm;
        this.signing = signing;
        this.verifying = verifying;
    }

    /// Keys that take long to make: two, in turn.
    private static final class Rsa {
        private static final AtomicInteger TURN = new AtomicInteger();
        private static final List<KeyPair> PAIRS = List.of(make(), make());

        static KeyPair next() {
            return PAIRS.get(TURN.getAndIncrement() % PAIRS.size());
        }

        private static KeyPair make() {
            try {
                var generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// With another key for that algorithm than the last time.
    public static TestKeys signer(String algorithm) {
        try {
            if (algorithm.startsWith("HS")) {
                var secret = new byte[64];
                new SecureRandom().nextBytes(secret);
                var key = new SecretKeySpec(secret, "HmacSHA256");
                return new TestKeys(algorithm, key, key);
            }
            boolean isRsa = algorithm.startsWith("RS") || algorithm.startsWith("PS");
            var pair = isRsa ? Rsa.next() : generator(algorithm).generateKeyPair();
            return new TestKeys(algorithm, pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// HS256 with a secret that others know too.
    public static TestKeys shared(String secret) {
        var key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        return new TestKeys("HS256", key, key);
    }

    /// A token with these claims.
    public String sign(String claims) {
        return sign(claims, null);
    }

    /// @param kid names the key in the token's header
    public String sign(String claims, @Nullable String kid) {
        var token = new JsonWebSignature();
        token.setPayload(claims);
        token.setAlgorithmHeaderValue(algorithm);
        token.setKey(signing);
        if (kid != null) {
            token.setKeyIdHeaderValue(kid);
        }
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The public key as a JSON Web Key.
    public String jwk(String kid) {
        try {
            var jwk = PublicJsonWebKey.Factory.newPublicJwk((PublicKey) verifying);
            jwk.setKeyId(kid);
            return jwk.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    TokenKey verifier() {
        return new TokenKey(null, verifying);
    }

    private static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
        return switch (algorithm.substring(0, 2)) {
            case "ES" -> {
                var generator = KeyPairGenerator.getInstance("EC");
                var curve = "secp" + algorithm.substring(2).replace("512", "521") + "r1";
                generator.initialize(new ECGenParameterSpec(curve));
                yield generator;
            }
            default -> KeyPairGenerator.getInstance("Ed25519");
        };
    }
}
