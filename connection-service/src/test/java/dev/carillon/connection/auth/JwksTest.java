package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.connection.Outbounds;
import dev.carillon.connection.namespace.NamePattern;
import dev.carillon.testkit.HttpReceiver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwksTest {

    private final TestKeys first = TestKeys.signer("ES256");
    private final TestKeys second = TestKeys.signer("RS256");
    private final AtomicLong now = new AtomicLong();
    private final HttpReceiver issuer = HttpReceiver.start(_ -> keys(first.jwk("1")));
    private final Outbounds outbounds = new Outbounds();
    private final Tokens tokens = tokens("/jwks", Issuance.ANY);

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

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"keys\":{}}", "{\"keys\":[\"x\"]}", "{\"keys\":[]}"})
    void nobodyIsAForgerWhileTheKeysAreNotKnown(String published) throws Exception {
        // Given
        issuer.answer(_ -> published.isEmpty()
                ? HttpReceiver.Answer.of(500)
                : HttpReceiver.Answer.of(200).body(published));
        var token = first.sign("{\"sub\":\"1\"}", "1");

        // When
        awaitReady(token);

        // Then
        assertThat(kind(token)).isEqualTo(TokenException.Kind.UNKNOWN_KEYS);
        issuer.answer(_ -> keys(first.jwk("1")));
        after(Duration.ofSeconds(11));
        awaitReady(token);
        assertThat(tokens.connection(token).user()).isEqualTo("1");
        assertThat(kind(second.sign("{}", "1"))).isEqualTo(TokenException.Kind.INVALID);
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

    @Test
    void asksEveryIssuerAtItsOwnAddress() throws Exception {
        // Given
        var namesake = TestKeys.signer("ES256");
        issuer.answer(request -> switch (request.path()) {
            case "/a/7/jwks" -> keys(first.jwk("1"));
            case "/b/7/jwks" -> keys(namesake.jwk("1"));
            default -> HttpReceiver.Answer.of(404);
        });
        var byRealm = tokens(
                "/{{realm}}/{{shop}}/jwks",
                new Issuance(
                        new NamePattern("https://id\\.example/(?<realm>[a-z]+)"),
                        new NamePattern("shop-(?<shop>[0-9]+)")));
        var ofA = first.sign(claims("https://id.example/a"), "1");
        var ofB = namesake.sign(claims("https://id.example/b"), "1");

        // When
        awaitReady(byRealm, ofA);
        awaitReady(byRealm, ofB);

        // Then
        assertThat(byRealm.connection(ofA).user()).isEqualTo("1");
        assertThat(byRealm.connection(ofB).user()).isEqualTo("1");
        assertThatThrownBy(() -> byRealm.connection(namesake.sign(claims("https://id.example/a"), "1")))
                .isInstanceOf(TokenException.class);
        assertThat(paths()).containsExactly("/a/7/jwks", "/b/7/jwks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"iss\":7}",
                "{\"iss\":[\"https://id.example/a\"]}",
                "{\"iss\":\"https://evil.example/a\"}",
                "{\"iss\":\"https://id.example/\"}",
                "{\"iss\":\"https://id.example/..\"}",
                "{\"iss\":\"https://id.example/../b\"}",
                "{\"iss\":\"https://id.example/a/b\"}",
                "{\"iss\":\"https://id.example/a%2Fb\"}",
                "{\"iss\":\"https://id.example/a?b\"}",
                "{\"iss\":\"https://id.example/a#\"}",
                "{\"iss\":\"https://id.example/@b:1\"}"
            })
    void asksNobodyOnTheWordOfAStrangersToken(String claims) throws Exception {
        var careless =
                tokens("/{{realm}}/jwks", new Issuance(new NamePattern("https://id\\.example/(?<realm>.*)"), null));
        var token = first.sign(claims, "1");

        awaitReady(careless, token);

        assertThatThrownBy(() -> careless.connection(token)).isInstanceOf(TokenException.class);
        assertThat(issuer.received()).isEmpty();
    }

    @Test
    void madeUpIssuersAreAskedForRarelyAndPushNobodyOut() throws Exception {
        // Given
        issuer.answer(
                request -> request.path().equals("/good/jwks") ? keys(first.jwk("1")) : HttpReceiver.Answer.of(404));
        var byRealm = tokens("/{{realm}}/jwks", new Issuance(new NamePattern("(?<realm>[a-z0-9]+)"), null));
        var good = first.sign("{\"sub\":\"1\",\"iss\":\"good\"}", "1");
        awaitReady(byRealm, good);

        // When
        for (int n = 0; n < PublishedKeys.MAX_UNKNOWN + 10; n++) {
            awaitReady(byRealm, second.sign("{\"iss\":\"r" + n + "\"}", "1"));
        }

        // Then
        assertThat(issuer.received()).hasSize(1 + PublishedKeys.MAX_UNKNOWN);
        after(Duration.ofSeconds(11));
        awaitReady(byRealm, second.sign("{\"iss\":\"late\"}", "1"));
        assertThat(paths()).endsWith("/late/jwks");
        assertThat(byRealm.connection(good).user()).isEqualTo("1");
    }

    @Test
    void anAddressHasPlacesForNamedGroupsOnly() {
        var url = "https://id.example/{{realm}}/jwks";

        assertThat(new KeyAddress(url, Set.of("realm")).url(Map.of("realm", "a.b", "other", "/")))
                .isEqualTo("https://id.example/a.b/jwks");
        assertThat(new KeyAddress(url, Set.of("realm")).url(Map.of())).isNull();
        assertThatThrownBy(() -> new KeyAddress(url, Set.of("shop"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KeyAddress("https://{{realm/jwks", Set.of("realm")))
                .isInstanceOf(IllegalArgumentException.class);
        var realm = new NamePattern("(?<realm>.+)");
        assertThatThrownBy(() -> new Issuance(realm, realm)).isInstanceOf(IllegalArgumentException.class);
    }

    private Tokens tokens(String path, Issuance issuance) {
        var address = new KeyAddress("http://127.0.0.1:" + issuer.port() + path, issuance.groups());
        var published = new PublishedKeys(
                address, url -> new Jwks(outbounds.outbound(), url, Duration.ofMinutes(10), now::get));
        return new Tokens(Clock.systemUTC(), List.of(), issuance, published);
    }

    private List<String> paths() {
        return issuer.received().stream().map(HttpReceiver.Received::path).toList();
    }

    private static String claims(String issuer) {
        return "{\"sub\":\"1\",\"iss\":\"" + issuer + "\",\"aud\":[\"other\",\"shop-7\"]}";
    }

    private void awaitReady(String token) throws Exception {
        awaitReady(tokens, token);
    }

    private static void awaitReady(Tokens tokens, String token) throws Exception {
        tokens.ready(token).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static HttpReceiver.Answer keys(String keys) {
        return HttpReceiver.Answer.of(200).body("{\"keys\":[" + keys + "]}");
    }

    private TokenException.Kind kind(String token) {
        return assertThatExceptionOfType(TokenException.class)
                .isThrownBy(() -> tokens.connection(token))
                .actual()
                .kind();
    }
}
