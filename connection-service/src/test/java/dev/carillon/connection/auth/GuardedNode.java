package dev.carillon.connection.auth;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/// A node as it stands on the Internet: tokens count, pages of one other origin may come, and it speaks TLS. It
/// holds a single poll.
public final class GuardedNode implements QuarkusTestProfile {

    public static final String KEY = "a-key";
    public static final String COOKIE = "carillon_token";
    public static final String ORIGIN = "https://app.example.com";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String PASSWORD = "changeit";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "carillon.connection.insecure", "false",
                "carillon.connection.api-key", KEY,
                "carillon.connection.token-hmac-secret", SECRET,
                "carillon.connection.token-cookie", COOKIE,
                "carillon.connection.allowed-origins", ORIGIN,
                "carillon.connection.max-held-polls", "1",
                "quarkus.http.test-ssl-port", "0",
                "quarkus.tls.key-store.p12.path", keyStore().toString(),
                "quarkus.tls.key-store.p12.password", PASSWORD);
    }

    /// A connection token of user 42.
    ///
    /// @param claims more of it, as JSON members with a comma before each
    public static String token(long seconds, String claims) {
        var token = new JsonWebSignature();
        token.setPayload("{\"sub\":\"42\",\"exp\":" + (Instant.now().getEpochSecond() + seconds) + claims + "}");
        token.setAlgorithmHeaderValue("HS256");
        token.setKey(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String token(long seconds) {
        return token(seconds, "");
    }

    /// A certificate that nobody else trusts, made by the JDK's own tool.
    private static Path keyStore() {
        try {
            var store = Files.createTempDirectory("carillon-tls").resolve("store.p12");
            var tool =
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
            var keytool = new ProcessBuilder(
                            tool,
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            "node",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString())
                    .inheritIO()
                    .start();
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no certificate");
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
