package dev.carillon.contract.webhook;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;

/// The JDK's ed25519 over raw keys: a seed and a point, 32 bytes each, as they travel in text forms.
///
/// One signature takes a few hundred microseconds: keep it off event loops.
final class Ed25519 {
    static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "Ed25519";
    private static final ByteString PROBE = ByteString.copyFromUtf8("do these keys belong together?");

    private Ed25519() {}

    static byte[] sign(ByteString seed, ByteString content) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey(seed));
            signature.update(content.asReadOnlyByteBuffer());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with ed25519", e);
        }
    }

    static boolean verify(ByteString key, ByteString content, byte[] signature) {
        try {
            var verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(publicKey(key));
            verifier.update(content.asReadOnlyByteBuffer());
            return verifier.verify(signature);
        } catch (SignatureException | InvalidKeySpecException | InvalidKeyException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot verify ed25519", e);
        }
    }

    static boolean belongTogether(ByteString seed, ByteString publicKey) {
        return seed.size() == KEY_BYTES && publicKey.size() == KEY_BYTES && verify(publicKey, PROBE, sign(seed, PROBE));
    }

    /// A new pair: seed, then public key.
    static ByteString generate(SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(NamedParameterSpec.ED25519, random);
            var pair = generator.generateKeyPair();
            var seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            var point = ((EdECPublicKey) pair.getPublic()).getPoint();
            return ByteString.copyFrom(seed).concat(encode(point));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make an ed25519 key", e);
        }
    }

    private static PrivateKey privateKey(ByteString seed) throws GeneralSecurityException {
        var spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed.toByteArray());
        return KeyFactory.getInstance(ALGORITHM).generatePrivate(spec);
    }

    private static PublicKey publicKey(ByteString key) throws GeneralSecurityException {
        var spec = new EdECPublicKeySpec(NamedParameterSpec.ED25519, decode(key));
        return KeyFactory.getInstance(ALGORITHM).generatePublic(spec);
    }

    /// Little-endian y, with the sign of x in the top bit.
    private static EdECPoint decode(ByteString key) {
        var bytes = reversed(key.toByteArray());
        boolean odd = (bytes[0] & 0x80) != 0;
        bytes[0] &= 0x7f;
        return new EdECPoint(odd, new BigInteger(1, bytes));
    }

    private static ByteString encode(EdECPoint point) {
        var magnitude = reversed(point.getY().toByteArray());
        var bytes = new byte[KEY_BYTES];
        System.arraycopy(magnitude, 0, bytes, 0, Math.min(magnitude.length, KEY_BYTES));
        if (point.isXOdd()) {
            bytes[KEY_BYTES - 1] |= (byte) 0x80;
        }
        return ByteString.copyFrom(bytes);
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
