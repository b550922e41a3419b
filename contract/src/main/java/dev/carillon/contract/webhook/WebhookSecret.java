package dev.carillon.contract.webhook;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a webhook is signed or verified with. Its text form is base64 after a prefix that names the kind.
///
/// `toString` never shows a secret; [#reveal()] does, for the one moment in which its owner sees it and for
/// encrypted storage.
public sealed interface WebhookSecret permits WebhookSecret.Signer, WebhookSecret.Verifier {
    /// The text form, prefix included. Never log it.
    String reveal();

    /// What the dispatcher holds.
    sealed interface Signer extends WebhookSecret permits Shared, SigningKey {
        /// What a receiver needs in order to verify.
        Verifier verifier();
    }

    /// What a receiver holds.
    sealed interface Verifier extends WebhookSecret permits Shared, VerifyingKey {}

    /// Reads a text form of any kind.
    ///
    /// @throws IllegalArgumentException when it is none; the message does not repeat it
    static WebhookSecret parse(String text) {
        if (text.startsWith(Shared.PREFIX)) {
            return new Shared(decode(text, Shared.PREFIX));
        }
        if (text.startsWith(SigningKey.PREFIX)) {
            return SigningKey.of(decode(text, SigningKey.PREFIX));
        }
        if (text.startsWith(VerifyingKey.PREFIX)) {
            return new VerifyingKey(decode(text, VerifyingKey.PREFIX));
        }
        throw new IllegalArgumentException("secret starts with none of whsec_, whsk_, whpk_");
    }

    /// Reads the text form of something to sign with: `whsec_` or `whsk_`.
    ///
    /// @throws IllegalArgumentException when it is none; the message does not repeat it
    static Signer parseSigner(String text) {
        if (parse(text) instanceof Signer signer) {
            return signer;
        }
        throw new IllegalArgumentException("secret is a public key, which cannot sign");
    }

    private static ByteString decode(String text, String prefix) {
        var encoded = text.substring(prefix.length());
        byte @Nullable [] decoded = null;
        try {
            decoded = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException _) {
            // Its message would quote the secret.
        }
        if (decoded == null) {
            throw new IllegalArgumentException("secret is not base64 after " + prefix);
        }
        return ByteString.copyFrom(decoded);
    }

    private static String encode(String prefix, ByteString bytes) {
        return prefix + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /// A secret that both sides hold: signatures `v1`, HMAC-SHA256.
    ///
    /// @param key 24 to 64 random bytes
    record Shared(ByteString key) implements Signer, Verifier {
        static final String PREFIX = "whsec_";
        private static final int SHORTEST = 24;
        private static final int LONGEST = 64;
        private static final int GENERATED = 32;

        public Shared {
            if (key.size() < SHORTEST || key.size() > LONGEST) {
                throw new IllegalArgumentException("key has %d bytes, not 24 to 64".formatted(key.size()));
            }
        }

        /// A new secret of 32 bytes.
        public static Shared generate(SecureRandom random) {
            var bytes = new byte[GENERATED];
            random.nextBytes(bytes);
            return new Shared(ByteString.copyFrom(bytes));
        }

        @Override
        public Shared verifier() {
            return this;
        }

        @Override
        public String reveal() {
            return encode(PREFIX, key);
        }

        @Override
        public String toString() {
            return "Shared[hidden]";
        }
    }

    /// The secret half of a key pair: signatures `v1a`, ed25519. Its text form holds both halves.
    ///
    /// @param seed 32 bytes
    /// @param publicKey 32 bytes; the half that belongs to the seed
    record SigningKey(ByteString seed, ByteString publicKey) implements Signer {
        static final String PREFIX = "whsk_";

        public SigningKey {
            if (!Ed25519.belongTogether(seed, publicKey)) {
                throw new IllegalArgumentException("publicKey does not belong to seed");
            }
        }

        static SigningKey of(ByteString both) {
            if (both.size() != 2 * Ed25519.KEY_BYTES) {
                throw new IllegalArgumentException("key has %d bytes, not 64".formatted(both.size()));
            }
            return new SigningKey(both.substring(0, Ed25519.KEY_BYTES), both.substring(Ed25519.KEY_BYTES));
        }

        /// A new key pair.
        public static SigningKey generate(SecureRandom random) {
            return of(Ed25519.generate(random));
        }

        @Override
        public VerifyingKey verifier() {
            return new VerifyingKey(publicKey);
        }

        @Override
        public String reveal() {
            return encode(PREFIX, seed.concat(publicKey));
        }

        @Override
        public String toString() {
            return "SigningKey[hidden]";
        }
    }

    /// The public half of a key pair.
    ///
    /// @param key 32 bytes
    record VerifyingKey(ByteString key) implements Verifier {
        static final String PREFIX = "whpk_";

        public VerifyingKey {
            if (key.size() != Ed25519.KEY_BYTES) {
                throw new IllegalArgumentException("key has %d bytes, not 32".formatted(key.size()));
            }
        }

        @Override
        public String reveal() {
            return encode(PREFIX, key);
        }

        @Override
        public String toString() {
            return "VerifyingKey[%s]".formatted(reveal());
        }
    }
}
