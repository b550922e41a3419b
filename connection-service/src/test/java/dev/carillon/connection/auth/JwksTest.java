package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.connection.Outbounds;
import dev.carillon.testkit.HttpReceiver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JwksTest {

    private final TestKeys first = TestKeys.signer("ES256");
    private final TestKeys second = TestKeys.signer("RS256");
    private final AtomicLong now = new AtomicLong();
    private final HttpReceiver issuer = HttpReceiver.start(_ -> keys(first.jwk("1")));
    private final Outbounds outbounds = new Outbounds();
    private final Tokens tokens = new Tokens(
            Clock.systemUTC(),
            List.of(),
            new Jwks(outbounds.outbound(), issuer.url("/jwks").toString(), Duration.ofMinutes(10), now::get),
            Optional.empty(),
            Optional.empty());

    @AfterEach
    void close() {
        outbounds.close();
        issuer.close();
    }

    @Test
    void looksKeysUpOnceAndForgetsNoneWhenTheIssuerIsAway() throws Exception {
        var token = first.sign("{\"sub\":\"1\"}", "1");
        awaitReady(token);
        assertThat(tokens.connection(token).user()).isEqualTo("1");
        awaitReady(token);
        assertThat(issuer.received()).hasSize(1);

        // When
        issuer.answer(_ -> HttpReceiver.Answer.of(500));
        after(Duration.ofMinutes(11));
        awaitReady(first.sign("{}", "unknown"));

        // Then
        assertThat(issuer.received()).hasSize(2);
        assertThat(tokens.connection(token).user()).isEqualTo("1");
    }

    @Test
    void findsANewKeyButAsksNotForEveryUnknownOne() throws Exception {
        // Given
        awaitReady(first.sign("{}", "1"));
        issuer.answer(_ -> keys(first.jwk("1") + "," + second.jwk("2")));
        var token = second.sign("{\"sub\":\"2\"}", "2");

        // When
        awaitReady(token);
        assertThatThrownBy(() -> tokens.connection(token)).isInstanceOf(TokenException.class);
        assertThat(issuer.received()).hasSize(1);
        after(Duration.ofSeconds(11));
        awaitReady(token);

        // Then
        assertThat(tokens.connection(token).user()).isEqualTo("2");
        assertThat(issuer.received()).hasSize(2);
        assertThatThrownBy(() -> tokens.connection(second.sign("{}", "1"))).isInstanceOf(TokenException.class);
    }

    private void awaitReady(String token) throws Exception {
        tokens.ready(token).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static HttpReceiver.Answer keys(String keys) {
        return HttpReceiver.Answer.of(200).body("{\"keys\":[" + keys + "]}");
    }
}
