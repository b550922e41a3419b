package dev.carillon.webhook.attempt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates that sign themselves, made for one test.
///
/// @param folder where they are
public record Tls(Path folder) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /// One certificate and its key.
    public record Pair(KeyStore store, String chain, String key) {}

    /// Makes a certificate that is valid for these names: `dns:a.example.com`, `ip:127.0.0.1`.
    public Pair make(String alias, String... names) {
        try {
            var file = folder.resolve(alias + ".p12");
            run(file, alias, names);
            var store = KeyStore.getInstance("PKCS12");
            try (var in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            return new Pair(
                    store,
                    pem("CERTIFICATE", store.getCertificate(alias).getEncoded()),
                    pem("PRIVATE KEY", store.getKey(alias, PASSWORD).getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    /// Writes what is to be trusted.
    public Path trusted(Pair... pairs) {
        try {
            var chains = Arrays.stream(pairs).map(Pair::chain).toList();
            return Files.writeString(folder.resolve("trusted.pem"), String.join("\n", chains));
        } catch (IOException e) {
            throw new IllegalStateException("no file", e);
        }
    }

    /// A server's.
    ///
    /// @param clients what clients may show
    public static SSLContext server(Pair pair, Pair... clients) {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(pair.store(), PASSWORD);
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (var client : clients) {
                var alias = client.store().aliases().nextElement();
                trusted.setCertificateEntry(alias, client.store().getCertificate(alias));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), clients.length == 0 ? null : trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no TLS", e);
        }
    }

    private static void run(Path file, String alias, String... names) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD)));
        if (names.length > 0) {
            command.add("-ext");
            command.add("san=" + String.join(",", names));
        }
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String pem(String what, byte[] encoded) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
