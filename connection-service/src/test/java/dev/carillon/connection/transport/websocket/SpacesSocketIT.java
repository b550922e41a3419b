package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.TestKeys;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Namespaces and permissions, as clients on sockets meet them.
@QuarkusTest
@TestProfile(SpacesSocketIT.Spaces.class)
@WithTestResource(InVmKafkaResource.class)
class SpacesSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String RETIRED = "abcdef0123456789abcdef0123456789";
    private static final HttpProbe HTTP = new HttpProbe();
    private static final String KEY = "the-key";

    private static @Nullable TestOwner owner;

    /// Namespaces of all kinds.
    public static final class Spaces implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var config = new HashMap<String, String>();
            config.put("carillon.connection.insecure", "false");
            config.put("carillon.connection.token-hmac-secret", SECRET);
            config.put("carillon.connection.token-retired-hmac-secrets", RETIRED);
            config.put("carillon.connection.token-cookie", "jwt");
            config.put("carillon.connection.api-key", KEY);
            config.put("carillon.connection.allow-anonymous", "true");
            config.put("carillon.connection.strict-namespaces", "true");
            space(config, "square", "access.subscribe", "anyone");
            space(config, "square", "access.publish", "subscriber");
            space(config, "square", "max-event-size", "10");
            space(config, "tokens", "access.subscribe", "token");
            space(config, "tokens", "access.publish", "token");
            space(config, "tokens", "access.history", "subscriber");
            space(config, "members", "access.subscribe", "authenticated");
            space(config, "members", "channel-pattern", "members:[a-z#0-9]+");
            space(config, "asked", "access.subscribe", "hook");
            return config;
        }

        private static void space(Map<String, String> config, String name, String option, String value) {
            config.put("carillon.connection.namespaces.\"%s\".%s".formatted(name, option), value);
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
        Ready.await(HTTP);
    }

    @Test
    void anonymousClientsMayWhatAnyoneMay() {
        try (var client = RawClient.connected()) {
            client.subscribe("square:a");
            client.publish("square:a", "1");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data("square:a")).containsExactly("1"));

            // But not more
            assertThat(client.refused(publish("square:b", "1"))).isEqualTo(103);
            assertThat(client.refused(Method.Subscribe.to("members:a"))).isEqualTo(103);
            assertThat(client.refused(Method.Subscribe.to("plain"))).isEqualTo(103);
            assertThat(client.refused(publish("plain", "1"))).isEqualTo(103);
            assertThat(client.refused(history("members:a"))).isEqualTo(103);
            assertThat(client.refused(history("plain"))).isEqualTo(103);
            client.call(history("square:a"));
        }
    }

    @Test
    void channelsNeedANamespaceAndAName() {
        try (var client = connected("anna")) {
            for (var method : new String[] {"subscribe", "publish", "history"}) {
                assertThat(client.refused(method(method, "nowhere:a"))).isEqualTo(102);
                assertThat(client.refused(method(method, "members:A"))).isEqualTo(107);
            }
            client.subscribe("plain");
            client.subscribe("members:a");
        }
    }

    @Test
    void aTokenOpensWhatNothingElseDoes() {
        try (var client = connected("anna")) {
            assertThat(client.refused(Method.Subscribe.to("tokens:a"))).isEqualTo(103);
            assertThat(client.refused(publish("tokens:a", "1"))).isEqualTo(103);
            assertThat(client.refused(history("tokens:a"))).isEqualTo(103);
            assertThat(client.refused(Method.Subscribe.to("$secret"))).isEqualTo(103);
            assertThat(client.refused(history("$secret"))).isEqualTo(103);
            assertThat(client.refused(publish("$secret", "1"))).isEqualTo(103);

            // When
            for (var channel : new String[] {"tokens:a", "$secret"}) {
                var token =
                        sign(SECRET, "{\"sub\":\"anna\",\"channel\":\"%s\",\"data\":{\"hi\":1}}".formatted(channel));
                var result = (Result.Subscribe)
                        client.call(Method.Subscribe.to(channel).withToken(token));
                assertThat(result.data().toStringUtf8()).isEqualTo("{\"hi\":1}");
            }

            // Then
            client.publish("tokens:a", "1");
            client.call(history("tokens:a"));
            client.publish("$secret", "1");
            client.call(history("$secret"));
            client.call(new Method.Unsubscribe("$secret"));
            assertThat(client.refused(history("$secret"))).isEqualTo(103);
        }
    }

    @Test
    void channelsThatNameUsersAreForThem() {
        try (var anna = connected("anna");
                var bert = connected("bert")) {
            anna.subscribe("dialog#anna,carl");

            assertThat(bert.refused(Method.Subscribe.to("dialog#anna,carl"))).isEqualTo(103);
            assertThat(bert.refused(history("dialog#anna,carl"))).isEqualTo(103);
            assertThat(bert.refused(publish("dialog#anna,carl", "1"))).isEqualTo(103);
        }
    }

    @Test
    void eventsAreBoundedByTheirNamespace() {
        try (var client = connected("anna")) {
            client.subscribe("square:big");
            client.publish("square:big", "1234567890");

            assertThat(client.refused(publish("square:big", "12345678901"))).isEqualTo(106);
            client.publish("plain", "12345678901");
        }
    }

    @Test
    void whatIsNotRememberedHasNoHistory() {
        put("fleeting", "{\"ephemeral\":true}");
        try (var client = connected("anna")) {
            client.subscribe("fleeting:a");
            client.publish("fleeting:a", "1");

            assertThat(client.refused(history("fleeting:a"))).isEqualTo(108);
        }
    }

    @Test
    void capabilitiesGoAboveAccess() {
        var claims = "{\"sub\":\"anna\",\"caps\":[{\"channels\":[\"tokens:x*\",\"$s*\"],\"match\":\"wildcard\","
                + "\"allow\":[\"sub\",\"hst\"]}]}";
        try (var client = RawClient.open()) {
            client.call(Method.Connect.EMPTY.withToken(sign(SECRET, claims)));

            client.subscribe("tokens:x1");
            client.subscribe("$secret");
            client.call(history("tokens:x2"));
            assertThat(client.refused(publish("tokens:x1", "1"))).isEqualTo(103);
            assertThat(client.refused(Method.Subscribe.to("tokens:y"))).isEqualTo(103);
        }
        assertThat(poll("tokens:x1", "Authorization", "Bearer " + sign(SECRET, claims)))
                .isEqualTo(200);
    }

    @Test
    void aRefusedSubscribeHoldsNothingUp() {
        try (var client = connected("anna")) {
            // When
            client.send(
                    Method.Subscribe.to("asked:a"),
                    new Method.Unsubscribe("asked:a"),
                    Method.Subscribe.to("members:a"),
                    Method.Subscribe.to("members:a"));

            // Then
            assertThat(client.failure(2)).isEqualTo(108);
            client.success(3);
            client.success(4);
            assertThat(client.failure(5)).isEqualTo(105);
        }
    }

    @Test
    void aChangeThroughTheApiCountsAtOnce() {
        try (var client = RawClient.connected()) {
            assertThat(client.refused(Method.Subscribe.to("later:a"))).isEqualTo(102);

            put("later", "{\"access\":{\"subscribe\":[\"anyone\"]}}");
            client.subscribe("later:a");

            put("later", "{\"access\":{\"subscribe\":[]}}");
            assertThat(client.refused(Method.Subscribe.to("later:b"))).isEqualTo(103);
        }
    }

    @Test
    void listenersOverHttpMayWhatSubscribersMay() {
        var token = sign(SECRET, "{\"sub\":\"anna\",\"channels\":[\"tokens:served\"]}");

        assertThat(poll("members:a", "Authorization", "Bearer " + token)).isEqualTo(200);
        assertThat(poll("tokens:served", "Authorization", "Bearer " + token)).isEqualTo(200);
        assertThat(poll("tokens:other", "Authorization", "Bearer " + token)).isEqualTo(403);
        assertThat(poll("$secret", "Authorization", "Bearer " + token)).isEqualTo(403);
        assertThat(poll("dialog#bert", "Authorization", "Bearer " + token)).isEqualTo(403);
        assertThat(poll("nowhere:a", "Authorization", "Bearer " + token)).isEqualTo(404);
        assertThat(poll("members:A", "Authorization", "Bearer " + token)).isEqualTo(400);
        assertThat(poll("members:a", "Cookie", "jwt=" + token)).isEqualTo(200);
        assertThat(poll("square:a")).isEqualTo(200);
        assertThat(poll("members:a")).isEqualTo(403);
        assertThat(poll("$secret", "X-API-Key", KEY)).isEqualTo(200);
        assertThat(HTTP.get("/v1/stream?channel=tokens:other&token=" + token).status())
                .isEqualTo(403);
    }

    @Test
    void aTokenMayComeInACookieAndBeSignedByARetiredSecret() {
        var token = sign(
                RETIRED,
                "{\"sub\":\"anna\",\"exp\":" + Instant.now().plusSeconds(600).getEpochSecond() + "}");
        try (var client = RawClient.open(Map.of("Cookie", "a=b; jwt=" + token), "")) {
            assertThat(client.connect().expiry().expires()).isFalse();
            client.subscribe("members:a");
        }
        try (var client = RawClient.open(Map.of("Cookie", "jwt=junk"), "")) {
            client.send(Method.Connect.EMPTY);
            assertThat(client.closed().code()).isEqualTo(3500);
        }
    }

    private static int poll(String channel, String... headers) {
        return HTTP.post("/v1/poll", "{\"channels\":{\"%s\":null},\"wait\":0}".formatted(channel), headers)
                .status();
    }

    private static void put(String name, String body) {
        var answer = HTTP.send(
                        "PUT",
                        "/v1/namespaces/" + name,
                        BodyPublishers.ofString(body),
                        "Content-Type",
                        "application/json",
                        "X-API-Key",
                        KEY)
                .join();
        assertThat(answer.status()).isBetween(200, 201);
    }

    private static RawClient connected(String user) {
        var client = RawClient.open();
        client.call(Method.Connect.EMPTY.withToken(sign(SECRET, "{\"sub\":\"%s\"}".formatted(user))));
        return client;
    }

    private static Method method(String name, String channel) {
        return switch (name) {
            case "subscribe" -> Method.Subscribe.to(channel);
            case "publish" -> publish(channel, "1");
            default -> history(channel);
        };
    }

    private static Method publish(String channel, String json) {
        return new Method.Publish(channel, ByteString.copyFromUtf8(json), 0);
    }

    private static Method history(String channel) {
        return new Method.History(channel, 0, null, false);
    }

    private static String sign(String secret, String claims) {
        return TestKeys.shared(secret).sign(claims);
    }
}
