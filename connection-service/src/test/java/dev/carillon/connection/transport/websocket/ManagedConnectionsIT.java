package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Connections as operators and backends manage them: over `/v1` and over the server API.
@QuarkusTest
@TestProfile(SecuredSocketIT.Secured.class)
@WithTestResource(InVmKafkaResource.class)
class ManagedConnectionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String[] KEY = {"X-API-Key", SecuredSocketIT.API_KEY, "Content-Type", "application/json"};

    private static @Nullable TestOwner owner;
    private final HttpProbe http = new HttpProbe();

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
        Ready.await(http);
        await().atMost(PATIENCE)
                .until(() -> http.get("/v1/nodes", KEY).json().path("complete").asBoolean());
    }

    @Test
    void listsConnectionsOfAUserAndDisconnectsAllButOne() throws JoseException {
        try (var stays = connected("anna");
                var goes = connected("anna");
                var other = connected("bert")) {
            // Given
            goes.subscribe("shop:1");
            var found = http.get("/v1/connections?user=anna", KEY).json();
            assertThat(found.path("items")).hasSize(2);
            assertThat(found.path("complete").asBoolean()).isTrue();
            assertThat(found.path("items").findValuesAsText("node")).hasSize(2).doesNotContain("");
            var kept = first(found.path("items"), item -> item.path("channels").isEmpty())
                    .path("client")
                    .asText();

            // When
            var touched = call("connections:disconnect", "{\"user\":\"anna\",\"except\":[\"" + kept + "\"]}");

            // Then
            assertThat(touched.path("touched").asInt()).isEqualTo(1);
            assertThat(goes.closed().code()).isEqualTo(3503);
            assertThat(stays.isOpen()).isTrue();
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void subscribesAndUnsubscribesFromOurSide() throws JoseException {
        try (var client = connected("carl")) {
            // When
            var subscribed = call(
                    "connections:subscribe",
                    "{\"user\":\"carl\",\"channel\":\"deals\",\"info\":{\"role\":7},\"data\":{\"hello\":1}}");

            // Then
            assertThat(subscribed.path("touched").asInt()).isEqualTo(1);
            awaitPush(
                    client,
                    "deals",
                    body -> body instanceof Push.Subscribe begun
                            && begun.data().equals(ByteString.copyFromUtf8("{\"hello\":1}")));
            http.post("/v1/channels/deals/events", "{\"n\":1}", KEY);
            await().atMost(PATIENCE).until(() -> client.data("deals").equals(List.of("{\"n\":1}")));
            assertThat(call("connections:subscribe", "{\"user\":\"carl\",\"channel\":\"deals\"}")
                            .path("touched")
                            .asInt())
                    .isZero();

            // When
            var unsubscribed = call("connections:unsubscribe", "{\"user\":\"carl\",\"channel\":\"deals\"}");

            // Then
            assertThat(unsubscribed.path("touched").asInt()).isEqualTo(1);
            awaitPush(client, "deals", body -> body instanceof Push.Unsubscribe end && end.code() == 2000);
        }
    }

    @Test
    void refreshesAndExpiresConnections() throws JoseException {
        try (var client = connected("dora")) {
            call("connections:refresh", "{\"user\":\"dora\",\"expireAt\":\"2999-01-01T00:00:00Z\"}");
            awaitPush(
                    client,
                    "",
                    body -> body instanceof Push.Refresh change
                            && change.expiry().expires());

            call("connections:refresh", "{\"user\":\"dora\",\"expired\":true}");
            assertThat(client.closed().code()).isEqualTo(3005);
        }
    }

    @Test
    void replacesWhatOthersSeeOfAClient() throws JoseException {
        try (var client = connected("gina")) {
            client.subscribe("seen");

            api("refresh", "{\"user\":\"gina\",\"expire_at\":4000000000,\"info\":{\"name\":\"Gina\"}}");
            client.publish("seen", "1");
            call("connections:refresh", "{\"user\":\"gina\"}");
            client.publish("seen", "2");
            call("connections:refresh", "{\"user\":\"gina\",\"info\":7}");
            client.publish("seen", "3");

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.publications("seen"))
                    .extracting(publication -> Objects.requireNonNull(publication.info())
                            .connInfo()
                            .toStringUtf8())
                    .containsExactly("{\"name\":\"Gina\"}", "{\"name\":\"Gina\"}", "7"));
        }
    }

    @Test
    void subscribesWithOtherOptionsThanTheNamespaces() throws JoseException {
        try (var client = connected("ivan")) {
            var off = "\"override\":{\"force_recovery\":{\"value\":false}}";

            api("subscribe", "{\"user\":\"ivan\",\"channel\":\"o:1\"}");
            api("subscribe", "{\"user\":\"ivan\",\"channel\":\"o:2\"," + off + "}");
            call("connections:subscribe", "{\"user\":\"ivan\",\"channel\":\"o:3\"," + off + "}");

            awaitPush(client, "o:1", body -> body instanceof Push.Subscribe begun && begun.recoverable());
            awaitPush(client, "o:2", body -> body instanceof Push.Subscribe begun && !begun.recoverable());
            awaitPush(client, "o:3", body -> body instanceof Push.Subscribe begun && !begun.recoverable());
        }
        var senseless = "{\"user\":\"ivan\",\"channel\":\"o:1\",\"override\":{\"presence\":{\"value\":1}}}";
        assertThat(api("subscribe", senseless).at("/error/code").asInt()).isEqualTo(107);
        assertThat(http.post("/v1/connections:subscribe", senseless, KEY).at("/errors/0/pointer"))
                .isEqualTo("/override");
    }

    @Test
    void countsSubscribersOfChannels() throws JoseException {
        try (var first = connected("emma");
                var second = connected("finn")) {
            first.subscribe("room:blue");
            second.subscribe("room:blue");
            second.subscribe("room:red");

            var channels = http.get("/v1/channels?pattern=room:*", KEY).json();

            assertThat(channels.path("items").toString())
                    .isEqualTo("[{\"channel\":\"room:blue\",\"subscribers\":2},"
                            + "{\"channel\":\"room:red\",\"subscribers\":1}]");
            assertThat(api("channels", "{\"pattern\":\"room:r*\"}")
                            .at("/result/channels/room:red/num_clients")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void shedsAShareOfANodesClients() throws JoseException {
        // Given
        var clients = IntStream.range(0, 10)
                .mapToObj(_ -> {
                    try {
                        return connected("gast");
                    } catch (JoseException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
        try {
            var node = http.get("/v1/nodes", KEY).at("/items/0/node");

            // When
            var shed = call("nodes/" + node + ":shed", "{\"share\":0.5,\"period\":1}");

            // Then
            assertThat(shed.path("touched").asInt()).isGreaterThanOrEqualTo(5);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            clients.stream().filter(RawClient::isOpen))
                    .hasSizeLessThanOrEqualTo(5 + 2 * Runtime.getRuntime().availableProcessors()));
            assertThat(clients.stream().filter(client -> !client.isOpen()))
                    .allSatisfy(client -> assertThat(client.closed().code()).isEqualTo(3011));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void turnsNewClientsAwayWhileItIsDrained() throws JoseException {
        var node = http.get("/v1/nodes", KEY).at("/items/0/node");
        try (var here = connected("hugo")) {
            call("nodes/" + node + ":drain", "{}");
            assertThat(here.closed().code()).isEqualTo(3011);
            assertThat(http.get("/q/health/ready").status()).isEqualTo(503);
            try (var late = RawClient.open()) {
                assertThat(late.closed().code()).isEqualTo(3001);
            }
        } finally {
            call("nodes/" + node + ":accept", "{}");
        }
        try (var back = connected("hugo")) {
            assertThat(back.isOpen()).isTrue();
        }
    }

    @Test
    void tellsWhenToComeBackWhoAsks() throws Exception {
        var node = http.get("/v1/nodes", KEY).at("/items/0/node");
        var token = SecuredSocketIT.connect("{\"sub\":\"fast\"}").token();
        var asking = new Method.Connect(
                token, ByteString.EMPTY, Map.of(), "", "", Map.of("Carillon-Reconnect-After", "true"), 0, "", "");
        try (var plain = connected("fast");
                var byQuery = RawClient.open("?carillon_reconnect_after=true");
                var byHeader = RawClient.open()) {
            byQuery.call(Method.Connect.EMPTY.withToken(token));
            byHeader.call(asking);

            call("nodes/" + node + ":drain", "{}");

            assertThat(plain.closed()).isEqualTo(new RawClient.Closed(3011, "force reconnect"));
            for (var client : List.of(byQuery, byHeader)) {
                assertThat(client.closed().code()).isEqualTo(3011);
                var reason = HttpProbe.JSON.readTree(client.closed().reason());
                assertThat(reason.path("reason").asText()).isEqualTo("force reconnect");
                assertThat(reason.path("reconnect").asBoolean()).isTrue();
                assertThat(reason.path("reconnect_after").asInt(-1)).isBetween(0, 2_000);
            }
            try (var late = RawClient.open("?carillon_reconnect_after=true")) {
                assertThat(late.closed().code()).isEqualTo(3001);
                assertThat(late.closed().reason()).contains("\"reconnect_after\":");
            }
        } finally {
            call("nodes/" + node + ":accept", "{}");
        }
        try (var gone = RawClient.open("?carillon_reconnect_after=true")) {
            gone.send(Method.Connect.EMPTY.withToken("junk"));
            assertThat(gone.closed()).isEqualTo(new RawClient.Closed(3500, "invalid token"));
        }
    }

    @Test
    void saysWhatIsWrongWithARequest() {
        assertThat(http.get("/v1/nodes").status()).isEqualTo(401);
        assertThat(http.post("/v1/connections:disconnect", "{}").status()).isEqualTo(401);
        assertThat(http.post("/v1/connections:disconnect", "{}", KEY).at("/errors/0/pointer"))
                .isEqualTo("/user");
        assertThat(http.post("/v1/connections:disconnect", "[]", KEY).status()).isEqualTo(400);
        assertThat(http.post("/v1/connections:disconnect", "{", KEY).status()).isEqualTo(400);
        assertThat(http.post("/v1/connections:refresh", "{\"user\":\"a\",\"expireAt\":\"soon\"}", KEY)
                        .at("/errors/0/pointer"))
                .isEqualTo("/expireAt");
        assertThat(http.post("/v1/nodes/nobody:drain", "{}", KEY).status()).isEqualTo(404);
        assertThat(http.get("/v1/connections", KEY).status()).isEqualTo(400);
        assertThat(http.post("/v1/connections:disconnect", "{\"user\":1,\"code\":7,\"reason\":[]}", KEY)
                        .json()
                        .path("errors"))
                .extracting(error -> error.path("pointer").asText())
                .containsExactlyInAnyOrder("/code", "/reason", "/user");
        assertThat(http.post("/v1/connections:subscribe", "{\"user\":\"a\",\"channel\":\"\"}", KEY)
                        .at("/errors/0/pointer"))
                .isEqualTo("/channel");
        var node = http.get("/v1/nodes", KEY).at("/items/0/node");
        assertThat(http.post("/v1/nodes/" + node + ":shed", "{\"share\":2,\"period\":\"soon\"}", KEY)
                        .json()
                        .path("errors"))
                .extracting(error -> error.path("pointer").asText())
                .containsExactlyInAnyOrder("/share", "/period");
    }

    @Test
    void speaksTheServerApi() throws JoseException {
        try (var client = connected("ida")) {
            // Given
            client.subscribe("api:1");

            // When
            var published = api("publish", "{\"channel\":\"api:1\",\"data\":{\"n\":1.50},\"tags\":{\"a\":\"b\"}}");
            var broadcast = api("broadcast", "{\"channels\":[\"api:1\",\"api:2\",\"\"],\"data\":2}");
            var batch = api(
                    "batch",
                    "{\"commands\":[{\"publish\":{\"channel\":\"api:1\",\"data\":3}},{\"nothing\":{}},"
                            + "{\"info\":{}}]}");

            // Then
            assertThat(published.at("/result/offset").asLong()).isPositive();
            assertThat(broadcast.at("/result/responses/0/result/offset").asLong())
                    .isPositive();
            assertThat(broadcast.at("/result/responses/2/error/code").asInt()).isEqualTo(107);
            assertThat(batch.at("/result/replies/0/publish/offset").asLong()).isPositive();
            assertThat(batch.at("/result/replies/1/error/code").asInt()).isEqualTo(104);
            assertThat(batch.at("/result/replies/2/info/nodes/0/num_clients").asInt())
                    .isPositive();
            await().atMost(PATIENCE).until(() -> client.data("api:1").equals(List.of("{\"n\":1.50}", "2", "3")));
            var history = api("history", "{\"channel\":\"api:1\",\"limit\":10}").path("result");
            assertThat(history.path("publications")).hasSize(3);
            assertThat(history.at("/publications/0/tags/a").asText()).isEqualTo("b");

            // When
            api("disconnect", "{\"user\":\"ida\",\"disconnect\":{\"code\":4100,\"reason\":\"go\"}}");

            // Then
            assertThat(client.closed()).isEqualTo(new RawClient.Closed(4100, "go"));
        }
    }

    @Test
    void oneBadCommandOfTheServerApiHarmsNoOther() {
        var answer = api(
                "batch",
                "{\"commands\":[{\"history\":{\"channel\":\"api:3\",\"since\":{\"epoch\":\"a:b\",\"offset\":-1}}},"
                        + "{\"refresh\":{\"user\":\"nobody\",\"expire_at\":\"soon\"}},"
                        + "{\"refresh\":{\"user\":\"nobody\",\"expire_at\":9223372036854775807}},"
                        + "{\"subscribe\":{\"user\":\"nobody\",\"channel\":\"a\",\"b64data\":\"?\"}},"
                        + "{\"publish\":{\"channel\":\"api:3\",\"data\":1,\"idempotency_key\":\"" + "k".repeat(300)
                        + "\"}},"
                        + "{\"publish\":{\"channel\":\"api:3\",\"data\":1}}]}");

        var replies = answer.at("/result/replies");
        assertThat(replies).hasSize(6);
        for (int bad : List.of(0, 1, 3, 4)) {
            assertThat(replies.path(bad).at("/error/code").asInt())
                    .as("%s", replies)
                    .isEqualTo(107);
        }
        assertThat(replies.path(2).has("refresh")).isTrue();
        assertThat(replies.path(5).at("/publish/offset").asLong()).isPositive();
    }

    @Test
    void tellsWhatNodesTakeOfTheirMachines() {
        var process = api("info", "{}").at("/result/nodes/0/process");

        assertThat(process.path("cpu").asDouble()).isPositive();
        assertThat(process.path("rss").asLong()).isGreaterThan(1 << 20);
    }

    @Test
    void refusesVersionsInsteadOfPassingThemOver() {
        var old = api("publish", "{\"channel\":\"api:4\",\"data\":1,\"version\":3,\"version_epoch\":\"a\"}");
        assertThat(old.at("/error/code").asInt()).isEqualTo(108);
        assertThat(old.at("/error/message").asText()).contains("idempotency_key");
        assertThat(api("broadcast", "{\"channels\":[\"api:4\"],\"data\":1,\"version\":18446744073709551615}")
                        .at("/result/responses/0/error/code")
                        .asInt())
                .isEqualTo(108);
        assertThat(api("publish", "{\"channel\":\"api:4\",\"data\":1,\"version\":0,\"version_epoch\":\"\"}")
                        .at("/result/offset")
                        .asLong())
                .isPositive();
    }

    @Test
    void hasNoHistoryOfWhatIsForTheMoment() {
        assertThat(http.send("PUT", "/v1/namespaces/fleeting", BodyPublishers.ofString("{\"ephemeral\":true}"), KEY)
                        .join()
                        .status())
                .isIn(200, 201);

        assertThat(api("history", "{\"channel\":\"fleeting:1\",\"limit\":1}")
                        .at("/error/code")
                        .asInt())
                .isEqualTo(108);
    }

    @Test
    void refusesWhatTheServerApiDoesNotKnow() {
        assertThat(http.post("/api/publish", "{}").status()).isEqualTo(401);
        assertThat(http.post("/api/publish?api_key=" + SecuredSocketIT.API_KEY, "{}")
                        .status())
                .isEqualTo(200);
        assertThat(http.post("/api/dance", "{}", KEY).status()).isEqualTo(404);
        assertThat(http.post("/api/publish", "nonsense", KEY).status()).isEqualTo(400);
        assertThat(api("publish", "{\"channel\":\"a\"}").at("/error/code").asInt())
                .isEqualTo(107);
        assertThat(http.post(
                                "/api/rpc",
                                "{}",
                                "X-API-Key",
                                SecuredSocketIT.API_KEY,
                                "X-Centrifugo-Error-Mode",
                                "transport")
                        .status())
                .isEqualTo(404);
    }

    private JsonNode api(String method, String body) {
        var answer = http.post("/api/" + method, body, KEY);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode call(String path, String body) {
        var answer = http.post("/v1/" + path, body, KEY);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json();
    }

    private static RawClient connected(String user) throws JoseException {
        var client = RawClient.open();
        client.call(SecuredSocketIT.connect("{\"sub\":\"" + user + "\"}"));
        return client;
    }

    private static JsonNode first(JsonNode items, Predicate<JsonNode> wanted) {
        for (var item : items) {
            if (wanted.test(item)) {
                return item;
            }
        }
        throw new AssertionError("none of " + items);
    }

    private static void awaitPush(RawClient client, String channel, Predicate<Push.Body> wanted) {
        await().atMost(PATIENCE).until(() -> client.replies().stream()
                .anyMatch(reply ->
                        reply instanceof Push push && push.channel().equals(channel) && wanted.test(push.body())));
    }
}
