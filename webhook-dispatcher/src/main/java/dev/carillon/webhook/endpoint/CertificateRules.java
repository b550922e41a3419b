package dev.carillon.webhook.endpoint;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which certificates an endpoint may have shown (mTLS): a chain and the key that belongs to it, both PEM.
public final class CertificateRules {

    private static final int MAX_CHAIN = 32 * 1024;
    private static final int MAX_KEY = 8 * 1024;
    private static final int MAX_CERTIFICATES = 8;
    private static final String KEY_BEGINS = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_ENDS = "-----END PRIVATE KEY-----";

    /// How keys of these algorithms sign, to see whether they belong to a certificate.
    private static final Map<String, String> SIGNING = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

    private CertificateRules() {}

    /// What is wrong with the chain, for people; empty when nothing is.
    public static String chainFault(String chain, Instant now) {
        var certificates = certificates(chain);
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            return "must be 1 to " + MAX_CERTIFICATES + " certificates (PEM), the own one first";
        }
        return certificates.getFirst().getNotAfter().toInstant().isBefore(now) ? "has expired" : "";
    }

    /// What is wrong with the key of a chain that is right. Nothing of the key is repeated.
    public static String keyFault(String chain, String key) {
        var certificate = certificates(chain).getFirst().getPublicKey();
        var read = key(key, certificate.getAlgorithm());
        if (read == null) {
            return "must be an RSA or EC key like that of the certificate (PEM, PKCS #8, not encrypted)";
        }
        return belongTogether(read, certificate) ? "" : "does not belong to the certificate";
    }

    private static List<X509Certificate> certificates(String chain) {
        if (chain.length() > MAX_CHAIN) {
            return List.of();
        }
        try {
            var bytes = new ByteArrayInputStream(chain.getBytes(StandardCharsets.US_ASCII));
            return CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException _) {
            return List.of();
        }
    }

    private static @Nullable PrivateKey key(String pem, String algorithm) {
        int begin = pem.indexOf(KEY_BEGINS);
        int end = pem.indexOf(KEY_ENDS);
        if (pem.length() > MAX_KEY || begin < 0 || end < begin || !SIGNING.containsKey(algorithm)) {
            return null;
        }
        try {
            var encoded = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGINS.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return null;
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certificate) {
        var probe = "do these belong together?".getBytes(StandardCharsets.US_ASCII);
        try {
            var signature = Signature.getInstance(SIGNING.getOrDefault(key.getAlgorithm(), ""));
            signature.initSign(key);
            signature.update(probe);
            var signed = signature.sign();
            signature.initVerify(certificate);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
