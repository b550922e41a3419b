package dev.carillon.webhook.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.ChannelPattern;
import dev.carillon.webhook.ApiKeyConfig.Scope;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PortalTokensTest {

    private static final String OLD = "old:" + "o".repeat(32);
    private static final String NEW = "new:" + "n".repeat(32);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final PortalTokens tokens = PortalTokens.of(List.of(OLD));

    @Test
    void readsWhatItIssued() {
        var token = tokens.issue("acme", List.of(new ChannelPattern("acme:*")), NOW, NOW.plusSeconds(60));

        var access = Objects.requireNonNull(tokens.read(token, NOW.plusSeconds(59)));

        assertThat(access.owner()).isEqualTo("acme");
        assertThat(access.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.WRITE);
        assertThat(access.channels()).containsExactly(new ChannelPattern("acme:*"));
        assertThat(access.until()).isEqualTo(NOW.plusSeconds(60));
        assertThat(tokens.read(token, NOW.plusSeconds(60))).isNull();
    }

    @Test
    void verifiesWithOldSecretsUntilTheyAreTakenAway() {
        var token = tokens.issue("acme", List.of(), NOW, NOW.plusSeconds(60));

        assertThat(PortalTokens.of(List.of(NEW, OLD)).read(token, NOW)).isNotNull();
        assertThat(PortalTokens.of(List.of(NEW)).read(token, NOW)).isNull();
        assertThat(PortalTokens.of(List.of("old:" + "x".repeat(32))).read(token, NOW))
                .isNull();
    }

    @Test
    void refusesWhatIsNotItsOwn() {
        var parts = tokens.issue("acme", List.of(), NOW, NOW.plusSeconds(60)).split("\\.", -1);
        var other = tokens.issue("other", List.of(), NOW, NOW.plusSeconds(60)).split("\\.", -1);
        var unsigned = encoded("{\"alg\":\"none\",\"kid\":\"old\"}");

        for (var token : List.of(
                "",
                "..",
                "a.b.c",
                parts[0] + "." + parts[1],
                parts[0] + "." + other[1] + "." + parts[2],
                unsigned + "." + parts[1] + ".",
                unsigned + "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + "." + parts[2] + ".x",
                parts[0] + "." + encoded("[]") + "." + parts[2])) {
            assertThat(tokens.read(token, NOW)).as(token).isNull();
        }
    }

    @Test
    void namesNoSecretInWhatIsWrong() {
        for (var wrong : List.of("s3cret", ":" + "s3cret".repeat(8), "id:s3cret")) {
            assertThatThrownBy(() -> PortalTokens.of(List.of(wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("s3cret");
        }
        assertThatThrownBy(() -> PortalTokens.of(List.of(OLD, OLD))).hasMessageContaining("two with the id old");
        assertThat(PortalTokens.of(List.of()).isOpen()).isFalse();
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }
}
