package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(SecuredSocketIT.Secured.class)
@WithTestResource(InVmKafkaResource.class)
class SecuredSocketIT {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final String API_KEY = "key-of-tests";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner owner;

    /// Tokens count.
    public static final class Secured implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "carillon.connection.insecure", "false",
                    "carillon.connection.token-hmac-secret", SECRET,
                    "carillon.connection.api-key", API_KEY);
        }
    }

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (owner != null) {
            owner.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        Ready.await(new HttpProbe());
    }

    @Test
    void refusesAClientWithoutAToken() {
        try (var client = RawClient.open()) {
            assertThat(client.refused(Method.Connect.EMPTY)).isEqualTo(101);

            client.send(Method.Subscribe.to("a"));
            assertThat(client.closed().code()).isEqualTo(3501);
        }
    }

    @Test
    void asksForAFreshTokenInsteadOfAnExpiredOne() throws JoseException {
        try (var client = RawClient.open()) {
            assertThat(client.refused(connect("{\"sub\":\"anna\",\"exp\":" + at(-60) + "}")))
                    .isEqualTo(109);
        }
    }

    @Test
    void endsAConnectionWithATokenThatIsNotOurs() throws JoseException {
        try (var client = RawClient.open()) {
            client.send(
                    Method.Connect.EMPTY.withToken(connect("{\"sub\":\"anna\"}").token() + "x"));

            assertThat(client.closed().code()).isEqualTo(3500);
        }
    }

    @Test
    void tellsWhenTheTokenExpiresAndTakesAFreshOne() throws JoseException {
        try (var client = RawClient.open()) {
            // Given
            var connected = (Result.Connect) client.call(connect("{\"sub\":\"anna\",\"exp\":" + at(600) + "}"));
            assertThat(connected.expiry().expires()).isTrue();
            assertThat(connected.expiry().ttl()).isBetween(500L, 600L);

            // When
            var fresh = connect("{\"sub\":\"anna\",\"exp\":" + at(6000) + "}").token();
            var refreshed = (Result.Refresh) client.call(new Method.Refresh(fresh));

            // Then
            assertThat(refreshed.expiry().ttl()).isBetween(5500L, 6000L);

            // And a token of somebody else ends the connection
            client.send(new Method.Refresh(connect("{\"sub\":\"bert\"}").token()));
            assertThat(client.closed().code()).isEqualTo(3500);
        }
    }

    @Test
    void saysWhoPublished() throws JoseException {
        try (var client = RawClient.open()) {
            // Given
            var connected = (Result.Connect) client.call(connect("{\"sub\":\"anna\",\"info\":{\"name\":\"Anna\"}}"));
            client.subscribe("who");

            // When
            client.publish("who", "1");

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.publications("who"))
                    .singleElement()
                    .extracting(Publication::info)
                    .isEqualTo(new ClientInfo(
                            "anna",
                            connected.client(),
                            ByteString.copyFromUtf8("{\"name\":\"Anna\"}"),
                            ByteString.EMPTY)));
        }
    }

    @Test
    void subscribesAClientToTheChannelsOfItsToken() throws JoseException {
        StreamPosition since;
        try (var client = RawClient.open()) {
            // When
            client.send(connect("{\"sub\":\"anna\",\"channels\":[\"served:a\",\"served:b\"]}"), subscribe("own"));

            // Then
            var connected = (Result.Connect) client.success(1);
            client.success(2);
            assertThat(connected.subs()).containsOnlyKeys("served:a", "served:b");
            client.publish("served:a", "1");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data("served:a")).containsExactly("1"));
            long offset = client.publications("served:a").getFirst().offset();
            since = new StreamPosition(offset, served(connected).position().epoch());
            client.publish("served:a", "2");
        }
        try (var client = RawClient.open()) {
            // And it recovers what it missed
            var recovering = subscribe("").recovering(since);
            client.send(
                    connect("{\"sub\":\"anna\",\"channels\":[\"served:a\"]}").withSubs(Map.of("served:a", recovering)));
            var sub = served((Result.Connect) client.success(1));
            assertThat(sub.recovered()).isTrue();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sub.publications().size()
                                    + client.publications("served:a").size())
                            .isOne());
        }
    }

    @Test
    void checksSubscriptionTokens() throws JoseException {
        try (var client = RawClient.open()) {
            // Given
            client.call(connect("{\"sub\":\"anna\"}"));
            var good = token("{\"sub\":\"anna\",\"channel\":\"vip\",\"exp\":" + at(600) + "}");
            var old = token("{\"sub\":\"anna\",\"channel\":\"vip\",\"exp\":" + at(-600) + "}");
            var other = token("{\"sub\":\"anna\",\"channel\":\"other\"}");

            // Then
            assertThat(client.refused(subscribe("vip").withToken(old))).isEqualTo(109);
            assertThat(client.refused(subscribe("vip").withToken("rubbish"))).isEqualTo(103);
            var result = (Result.Subscribe) client.call(subscribe("vip").withToken(good));
            assertThat(result.expiry().expires()).isTrue();
            client.call(new Method.SubRefresh("vip", good, 0));
            client.send(subscribe("vip2").withToken(other));
            assertThat(client.closed().code()).isEqualTo(3500);
        }
    }

    private static Result.Subscribe served(Result.Connect connected) {
        return Objects.requireNonNull(connected.subs().get("served:a"));
    }

    private static Method.Subscribe subscribe(String channel) {
        return Method.Subscribe.to(channel);
    }

    static Method.Connect connect(String claims) throws JoseException {
        return Method.Connect.EMPTY.withToken(token(claims));
    }

    static long at(long secondsFromNow) {
        return Instant.now().plusSeconds(secondsFromNow).getEpochSecond();
    }

    private static String token(String claims) throws JoseException {
        var token = new JsonWebSignature();
        token.setPayload(claims);
        token.setAlgorithmHeaderValue("HS256");
        token.setKey(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return token.getCompactSerialization();
    }
}
