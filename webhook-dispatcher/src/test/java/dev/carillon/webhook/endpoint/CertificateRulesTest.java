package dev.carillon.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.attempt.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRulesTest {

    @Test
    void takesAChainAndTheKeyThatBelongsToIt(@TempDir Path folder) {
        // Given
        var tls = new Tls(folder);
        var one = tls.make("one");
        var two = tls.make("two");
        var now = Instant.now();

        // When, Then
        assertThat(CertificateRules.chainFault(one.chain(), now)).isEmpty();
        assertThat(CertificateRules.chainFault(one.chain() + two.chain(), now)).isEmpty();
        assertThat(CertificateRules.keyFault(one.chain() + two.chain(), one.key()))
                .isEmpty();
        assertThat(CertificateRules.keyFault(one.chain(), two.key())).isEqualTo("does not belong to the certificate");
        assertThat(CertificateRules.keyFault(one.chain(), one.chain())).contains("PKCS #8");
        assertThat(CertificateRules.keyFault(one.chain(), "")).contains("PKCS #8");
        assertThat(CertificateRules.keyFault(one.chain(), one.key().replace("M", "N")))
                .isNotEmpty()
                .doesNotContain(one.key().substring(60, 80));
        assertThat(CertificateRules.chainFault("", now)).contains("PEM");
        assertThat(CertificateRules.chainFault(one.chain().repeat(9), now)).contains("1 to 8");
        assertThat(CertificateRules.chainFault("x".repeat(40_000), now)).contains("PEM");
        assertThat(CertificateRules.chainFault(one.chain(), now.plus(Duration.ofDays(3))))
                .isEqualTo("has expired");
    }
}
