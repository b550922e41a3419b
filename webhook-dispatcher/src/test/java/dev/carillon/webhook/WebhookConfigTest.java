package dev.carillon.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebhookConfigTest {

    @Test
    void hasTheseDefaults() {
        var config = read(Map.of());

        assertThat(config.instance()).isEmpty();
        assertThat(config.sessionTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(75));
        assertThat(config.transactionTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.revokePatience()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.ledgerMemory()).isEqualTo(5000);
        assertThat(config.attemptDeadline()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.responseKept().asBigInteger()).isEqualTo(BigInteger.valueOf(16 * 1024));
        assertThat(config.concurrency()).isEqualTo(1024);
        assertThat(config.endpointConcurrency()).isEqualTo(64);
        assertThat(config.hostConcurrency()).isEqualTo(64);
        assertThat(config.inFlightBytes().asBigInteger()).isEqualTo(BigInteger.valueOf(64 * 1024 * 1024));
        assertThat(config.breakerFailures()).isEqualTo(10);
        assertThat(config.breakerFirstWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.breakerLongestWait()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.disableAfter()).isEqualTo(Duration.ofDays(5));
        assertThat(config.endpointQueue()).isEqualTo(1000);
        assertThat(config.queue()).isEqualTo(20_000);
        assertThat(config.queueBytes().asBigInteger()).isEqualTo(BigInteger.valueOf(128 * 1024 * 1024));
        assertThat(config.retryTiers()).containsExactly(durations("PT5S", "PT30S", "PT5M", "PT30M", "PT2H", "PT5H"));
        assertThat(config.schedule())
                .containsExactly(durations(
                        "PT5S", "PT30S", "PT5M", "PT30M", "PT2H", "PT5H", "PT10H", "PT14H", "PT20H", "PT24H"));
        assertThat(config.allowedTargets()).isEmpty();
        assertThat(config.masterKeys()).isEmpty();
        assertThat(config.proxy()).isEmpty();
        assertThat(config.trustedCertificates()).isEmpty();
        assertThat(config.origin()).isEqualTo("carillon");
        assertThat(config.publicUrl()).isEmpty();
        assertThat(config.requestedRate()).isEqualTo(6000);
        assertThat(config.apiKey()).isEmpty();
        assertThat(config.apiKeys()).isEmpty();
        assertThat(config.portalSecrets()).isEmpty();
        assertThat(config.streams()).isEqualTo(200);
        assertThat(config.strictTypes()).isFalse();
        assertThat(config.requireIfMatch()).isFalse();
        assertThat(config.insecure()).isFalse();
        assertThat(config.scanLimit()).isEqualTo(20_000);
        assertThat(config.ledgerDeliveries()).isEqualTo(20_000);
        assertThat(config.ledgerEntries()).isEqualTo(500_000);
        assertThat(config.requestPatience()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void hasTheseNames() {
        var config = read(Map.ofEntries(
                Map.entry("carillon.webhook.instance", "a"),
                Map.entry("carillon.webhook.session-timeout", "1s"),
                Map.entry("carillon.webhook.commit-interval", "1ms"),
                Map.entry("carillon.webhook.transaction-timeout", "2s"),
                Map.entry("carillon.webhook.revoke-patience", "3s"),
                Map.entry("carillon.webhook.ledger-memory", "1"),
                Map.entry("carillon.webhook.attempt-deadline", "4s"),
                Map.entry("carillon.webhook.response-kept", "1K"),
                Map.entry("carillon.webhook.concurrency", "2"),
                Map.entry("carillon.webhook.endpoint-concurrency", "3"),
                Map.entry("carillon.webhook.host-concurrency", "3"),
                Map.entry("carillon.webhook.in-flight-bytes", "2M"),
                Map.entry("carillon.webhook.breaker-failures", "4"),
                Map.entry("carillon.webhook.breaker-first-wait", "1s"),
                Map.entry("carillon.webhook.breaker-longest-wait", "2s"),
                Map.entry("carillon.webhook.disable-after", "3s"),
                Map.entry("carillon.webhook.endpoint-queue", "4"),
                Map.entry("carillon.webhook.queue", "500"),
                Map.entry("carillon.webhook.queue-bytes", "1M"),
                Map.entry("carillon.webhook.retry-tiers", "1s,5s"),
                Map.entry("carillon.webhook.schedule", "1s"),
                Map.entry("carillon.webhook.allowed-targets", "10.0.0.0/8,127.0.0.1"),
                Map.entry("carillon.webhook.master-keys", "b:AAAA,a:BBBB"),
                Map.entry("carillon.webhook.proxy", "http://proxy:3128"),
                Map.entry("carillon.webhook.trusted-certificates", "/etc/ca.pem"),
                Map.entry("carillon.webhook.origin", "example.com"),
                Map.entry("carillon.webhook.public-url", "https://hooks.example.com"),
                Map.entry("carillon.webhook.requested-rate", "60"),
                Map.entry("carillon.webhook.api-key", "k1,k2"),
                Map.entry("carillon.webhook.api-keys.team.key", "k3"),
                Map.entry("carillon.webhook.api-keys.team.scopes", "read,write"),
                Map.entry("carillon.webhook.api-keys.team.owner", "acme"),
                Map.entry("carillon.webhook.portal-secrets", "a:1,b:2"),
                Map.entry("carillon.webhook.streams", "5"),
                Map.entry("carillon.webhook.strict-types", "true"),
                Map.entry("carillon.webhook.require-if-match", "true"),
                Map.entry("carillon.webhook.insecure", "true"),
                Map.entry("carillon.webhook.scan-limit", "9"),
                Map.entry("carillon.webhook.ledger-deliveries", "10"),
                Map.entry("carillon.webhook.ledger-entries", "11"),
                Map.entry("carillon.webhook.request-patience", "5s")));

        assertThat(config.instance()).contains("a");
        assertThat(config.breakerFailures()).isEqualTo(4);
        assertThat(config.disableAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.retryTiers()).containsExactly(durations("PT1S", "PT5S"));
        assertThat(config.allowedTargets().orElseThrow()).containsExactly("10.0.0.0/8", "127.0.0.1");
        assertThat(config.masterKeys().orElseThrow()).containsExactly("b:AAAA", "a:BBBB");
        assertThat(config.proxy()).contains("http://proxy:3128");
        assertThat(config.trustedCertificates()).contains("/etc/ca.pem");
        assertThat(config.origin()).isEqualTo("example.com");
        assertThat(config.publicUrl()).contains("https://hooks.example.com");
        assertThat(config.requestedRate()).isEqualTo(60);
        assertThat(config.apiKey().orElseThrow()).containsExactly("k1", "k2");
        var team = Objects.requireNonNull(config.apiKeys().get("team"));
        assertThat(team.key()).isEqualTo("k3");
        assertThat(team.scopes()).containsExactlyInAnyOrder(ApiKeyConfig.Scope.READ, ApiKeyConfig.Scope.WRITE);
        assertThat(team.owner()).contains("acme");
        assertThat(config.portalSecrets().orElseThrow()).containsExactly("a:1", "b:2");
        assertThat(config.streams()).isEqualTo(5);
        assertThat(config.strictTypes()).isTrue();
        assertThat(config.requireIfMatch()).isTrue();
        assertThat(config.insecure()).isTrue();
        assertThat(config.scanLimit()).isEqualTo(9);
        assertThat(config.ledgerDeliveries()).isEqualTo(10);
        assertThat(config.ledgerEntries()).isEqualTo(11);
    }

    /// Names that are not known fail, so the names above are all there are.
    private static WebhookConfig read(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(WebhookConfig.class)
                .withConverter(
                        io.quarkus.runtime.configuration.MemorySize.class,
                        100,
                        new io.quarkus.runtime.configuration.MemorySizeConverter())
                .withConverter(Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new io.smallrye.config.PropertiesConfigSource(values, "test", 100))
                .build()
                .getConfigMapping(WebhookConfig.class);
    }

    private static Duration[] durations(String... texts) {
        return Stream.of(texts).map(Duration::parse).toArray(Duration[]::new);
    }
}
