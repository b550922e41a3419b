package dev.carillon.webhook.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.EndpointCodec;
import dev.carillon.contract.Topics;
import dev.carillon.contract.webhook.WebhookSecret;
import dev.carillon.contract.webhook.WebhookSignature;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.attempt.Tls;
import dev.carillon.webhook.intake.Engine;
import dev.carillon.webhook.target.RefusedTargets;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes over the wire to endpoints, and what has to happen before: secrets, signatures, consent, targets.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class WireIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final KafkaProbe probe = KafkaProbe.shared();
    private final HttpReceiver receiver = HttpReceiver.start();

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void writesSecretsSealedAndNeverLogsThem() {
        // Given
        var said = new ArrayList<String>();
        var handler = collect(said);
        var root = Logger.getLogger("");
        root.addHandler(handler);

        // When
        var endpoint = create("/sealed", "");
        var first = endpoint.getString("secret");
        var path = "/v1/endpoints/" + endpoint.getString("id");
        var second = Api.operator().post(path + "/secret:rotate").jsonPath().getString("secret");
        Api.operator().post(path + ":test").then().body("delivered", equalTo(true));
        root.removeHandler(handler);

        // Then
        var rows = rows(endpoint.getString("id"));
        assertThat(rows).hasSizeGreaterThanOrEqualTo(2);
        for (var row : rows) {
            assertThat(row)
                    .contains("sealed:v1:new:")
                    .doesNotContain(bare(first))
                    .doesNotContain(bare(second));
            assertThat(EndpointCodec.read(row.getBytes(UTF_8)).toString()).doesNotContain(bare(first));
        }
        assertThat(said).noneMatch(line -> line.contains(bare(first)) || line.contains(bare(second)));
        Api.operator()
                .get(path + "/secret")
                .then()
                .body("secret", equalTo(second))
                .body("secrets", hasSize(2));
        Api.operator().get(path).then().body("secret", nullValue());
    }

    @Test
    void signsWithEd25519BesideTheSecretBefore() {
        // Given
        var endpoint = create("/keys", "");
        var shared = endpoint.getString("secret");
        var path = "/v1/endpoints/" + endpoint.getString("id");

        // When
        var rotated = Api.operator()
                .body("{\"type\":\"ed25519\",\"overlap\":\"7d\"}")
                .post(path + "/secret:rotate")
                .then()
                .statusCode(200)
                .body("type", equalTo("ed25519"))
                .body("secret", startsWith("whsk_"))
                .body("publicKey", startsWith("whpk_"))
                .body("secrets[1].type", equalTo("hmac"))
                .extract()
                .jsonPath();
        Api.operator().post(path + ":test").then().body("delivered", equalTo(true));

        // Then
        var request = received("/keys", 1).getFirst();
        for (var text : List.of(shared, rotated.getString("publicKey"))) {
            var verifier = (WebhookSecret.Verifier) WebhookSecret.parse(text);
            assertThat(verify(verifier, request)).isEqualTo(WebhookSignature.Verdict.GENUINE);
        }
        Api.operator().get(path + "/secret").then().body("publicKey", equalTo(rotated.getString("publicKey")));
        Api.operator()
                .body("{\"overlap\":\"8d\"}")
                .post(path + "/secret:rotate")
                .then()
                .statusCode(400);
        Api.operator()
                .body("{\"overlap\":\"0s\"}")
                .post(path + "/secret:rotate")
                .then()
                .statusCode(200)
                .body("secrets", hasSize(1));
    }

    @Test
    void refusesKeyPairsWhereSharedSecretsAreNeeded() {
        var styled = ",\"signatureStyles\":[\"stripe\",\"github\"]";
        Api.operator()
                .body(body("/styled", styled + ",\"type\":\"ed25519\""))
                .post("/v1/endpoints")
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem("/signatureStyles"));
        Api.operator()
                .body(body("/styled", ",\"type\":\"rsa\""))
                .post("/v1/endpoints")
                .then()
                .statusCode(400);
        var endpoint = create("/styled", styled);
        var path = "/v1/endpoints/" + endpoint.getString("id");

        Api.operator()
                .body("{\"type\":\"ed25519\"}")
                .post(path + "/secret:rotate")
                .then()
                .statusCode(400);
        Api.operator().post(path + ":test").then().body("delivered", equalTo(true));

        var request = received("/styled", 1).getFirst();
        assertThat(request.header("stripe-signature")).matches("t=[0-9]{10},v1=[0-9a-f]{64}");
        assertThat(request.header("x-hub-signature-256")).matches("sha256=[0-9a-f]{64}");
    }

    @Test
    void sendsNothingElseUntilTheChallengeIsRepeated() {
        // Given: a server that repeats nothing at first.
        receiver.answer(request -> Answer.of(200).body("hello"));
        var endpoint = create("/challenged", ",\"verification\":\"challenge\"");
        assertThat(endpoint.getString("standing")).isEqualTo("unverified");
        var path = "/v1/endpoints/" + endpoint.getString("id");
        received("/challenged", 1);
        Api.deliver(endpoint.getString("id"), "too-early");

        // When, Then
        Api.operator().post(path + ":test").then().statusCode(409);
        Api.operator()
                .post(path + ":verify")
                .then()
                .statusCode(200)
                .body("verified", equalTo(false))
                .body("detail", containsString("challenge"))
                .body("standing", equalTo("unverified"));
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get("/v1/attempts?endpoint=" + endpoint.getString("id"))
                .then()
                .body("items[0].outcome", equalTo("cancelled")));
        receiver.answer(WireIT::echo);
        Api.operator()
                .post(path + ":verify")
                .then()
                .statusCode(200)
                .body("verified", equalTo(true))
                .body("standing", equalTo("verified"));
        Api.operator().post(path + ":test").then().statusCode(200).body("delivered", equalTo(true));
        assertThat(receiver.received("/challenged").stream()
                        .map(Received::text)
                        .filter(text -> text.contains("order.created")))
                .isEmpty();
        var verifier = (WebhookSecret.Verifier) WebhookSecret.parse(endpoint.getString("secret"));
        assertThat(receiver.received("/challenged"))
                .allMatch(request -> verify(verifier, request) == WebhookSignature.Verdict.GENUINE);
    }

    @Test
    void verifiesInTheBackgroundAndAgainAfterTheUrlChanged() {
        // Given
        receiver.answer(WireIT::echo);
        var path = "/v1/endpoints/"
                + create("/background", ",\"verification\":\"challenge\"").getString("id");
        await().atMost(LONG).untilAsserted(() -> Api.operator().get(path).then().body("standing", equalTo("verified")));

        // When: another URL, of a server that does not know.
        receiver.answer(_ -> Answer.of(200));
        Api.operator()
                .body("{\"url\":\"" + receiver.url("/moved") + "\"}")
                .patch(path)
                .then()
                .statusCode(200)
                .body("standing", equalTo("lapsed"));

        // Then
        Api.operator().post(path + ":test").then().statusCode(409);
        receiver.answer(WireIT::echo);
        Api.operator().post(path + ":verify").then().body("standing", equalTo("verified"));
        assertThat(receiver.received("/moved")).isNotEmpty();
    }

    @Test
    void asksWhatAReplicaThatWasKilledLeftUnasked() {
        // Given: rows of a replica that wrote them and was gone, one in each partition.
        receiver.answer(WireIT::echo);
        var left = new HashMap<Integer, String>();
        for (int i = 0; left.size() < WebhookProfile.PARTITIONS; i++) {
            var id = "left-" + i;
            left.putIfAbsent(Partitions.of(id.getBytes(UTF_8), WebhookProfile.PARTITIONS), id);
        }
        left.values().forEach(id -> leave(id, Instant.now()));
        leave("long-left", Instant.EPOCH);

        // When
        var moved = movePartitions();

        // Then
        assertThat(moved).isNotEmpty();
        for (int partition : moved) {
            var path = "/v1/endpoints/" + left.get(partition);
            await().atMost(LONG)
                    .untilAsserted(() -> Api.operator().get(path).then().body("standing", equalTo("verified")));
        }
        left.values().forEach(id -> {
            assertThat(receiver.received("/" + id)).hasSizeLessThan(2);
            Api.operator().delete("/v1/endpoints/" + id).then().statusCode(204);
        });
        assertThat(receiver.received("/long-left")).isEmpty();
        Api.operator().delete("/v1/endpoints/long-left").then().statusCode(204);
    }

    /// Writes the row of an endpoint that has not been asked.
    private void leave(String id, Instant createdAt) {
        var row = JSON.createObjectNode()
                .put("id", id)
                .put("url", receiver.url("/" + id).toString())
                .put("verification", "CHALLENGE")
                .put("standing", "UNVERIFIED")
                .put("createdAt", createdAt.toString())
                .put("revision", 1);
        row.putArray("channels").add("orders");
        row.putArray("secrets")
                .addObject()
                .put("key", WebhookSecret.Shared.generate(new SecureRandom()).reveal());
        probe.produce(new ProducerRecord<>(
                Topics.ENDPOINT_STATE, 0, id.getBytes(UTF_8), row.toString().getBytes(UTF_8)));
    }

    /// Lets somebody join the dispatchers and leave them again.
    ///
    /// @return the partitions that moved
    private Set<Integer> movePartitions() {
        var topics = Stream.concat(
                        Stream.of(Topics.DELIVERY_WEBHOOK, Topics.DELIVERY_COMMAND),
                        Stream.of(1, 5).map(Duration::ofSeconds).map(tier -> Topics.retry(
                                        tier, WebhookProfile.PARTITIONS)
                                .name()))
                .toList();
        Map<String, Object> settings = Map.of(
                "group.id",
                Engine.GROUP,
                "partition.assignment.strategy",
                RangeAssignor.class.getName(),
                "enable.auto.commit",
                "false");
        try (var visitor = probe.consumer(settings)) {
            visitor.subscribe(topics);
            await().atMost(LONG).until(() -> {
                visitor.poll(Duration.ofMillis(100));
                return !visitor.assignment().isEmpty();
            });
            return visitor.assignment().stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }

    @Test
    void shakesHandsLikeCloudEvents() {
        // Given
        receiver.answer(request -> request.method().equals("OPTIONS")
                ? Answer.of(200)
                        .header("WebHook-Allowed-Origin", "carillon.example.com")
                        .header("WebHook-Allowed-Rate", "300")
                : Answer.of(204));

        // When
        var endpoint = create(
                "/hands", ",\"verification\":\"cloudevents\",\"rateLimit\":10,\"headers\":{\"Authorization\":\"x\"}");

        // Then
        var path = "/v1/endpoints/" + endpoint.getString("id");
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get(path)
                .then()
                .body("standing", equalTo("verified"))
                .body("grantedRate", equalTo(300)));
        var asked = receiver.received("/hands").getFirst();
        assertThat(asked.method()).isEqualTo("OPTIONS");
        assertThat(asked.header("WebHook-Request-Origin")).isEqualTo("carillon.example.com");
        assertThat(asked.header("WebHook-Request-Rate")).isEqualTo("600");
        assertThat(asked.header("WebHook-Request-Callback")).startsWith("https://hooks.example.com/v1/grants/");
        assertThat(asked.header("Authorization")).isNull();
    }

    @Test
    void takesGrantsThatComeLaterByTheCallback() {
        // Given: a server that has to think about it.
        var endpoint = create("/later", ",\"verification\":\"cloudevents\"");
        var path = "/v1/endpoints/" + endpoint.getString("id");
        var callback = Objects.requireNonNull(received("/later", 1).getFirst().header("WebHook-Request-Callback"));
        var grant = callback.substring("https://hooks.example.com".length());

        // When, Then
        Api.operator().post(path + ":verify").then().body("verified", equalTo(false));
        given().get(grant.substring(0, grant.length() - 1)).then().statusCode(404);
        given().get("/v1/grants/nobody/AAAA").then().statusCode(404);
        given().header("WebHook-Allowed-Origin", "evil.example.com")
                .get(grant)
                .then()
                .statusCode(400);
        Api.operator().get(path).then().body("standing", equalTo("unverified"));
        given().header("WebHook-Allowed-Rate", "40")
                .post(grant)
                .then()
                .statusCode(200)
                .body("granted", equalTo(true));
        Api.operator().get(path).then().body("standing", equalTo("verified")).body("grantedRate", equalTo(40));

        // When: another URL, for which nobody has asked with this token.
        Api.operator()
                .body("{\"url\":\"" + receiver.url("/later-elsewhere") + "\"}")
                .patch(path)
                .then()
                .body("standing", equalTo("lapsed"));

        // Then
        given().get(grant).then().statusCode(404);
        Api.operator().get(path).then().body("standing", equalTo("lapsed"));
    }

    @Test
    void givesUpAtOnceOnStatusesThatAreFinal() {
        // Given
        receiver.answer(_ -> Answer.of(422));
        var endpoint = create("/final", ",\"giveUpOn\":[422]").getString("id");

        // When
        Api.deliver(endpoint, "event-final");

        // Then
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get("/v1/dead-letters?endpoint=" + endpoint)
                .then()
                .body("items[0].reason", equalTo("refused"))
                .body("items[0].attempts", equalTo(1)));
        assertThat(receiver.received("/final")).hasSize(1);
    }

    @Test
    void refusesEveryTargetOnCreateAndOnUpdate() throws IOException {
        var path = "/v1/endpoints/" + create("/safe", "").getString("id");
        for (var url : RefusedTargets.withoutNames().toList()) {
            if (url.contains("127.0.0.1") && !url.contains("@") && !url.contains("%") && !url.contains("\\")) {
                // Loopback is allowed here; what is not another spelling of it is no case for this test.
                continue;
            }
            var body = JSON.createObjectNode().put("url", url);
            Api.operator()
                    .body(JSON.writeValueAsBytes(body))
                    .patch(path)
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", hasItem("/url"));
            body.putArray("channels").add("a");
            Api.operator()
                    .body(JSON.writeValueAsBytes(body))
                    .post("/v1/endpoints")
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", hasItem("/url"));
        }
        Api.operator()
                .get(path)
                .then()
                .body("url", equalTo(receiver.url("/safe").toString()))
                .body("revision", equalTo(1));
    }

    @Test
    void refusesHeadersThatWouldSplit() throws IOException {
        for (var bad : List.of("a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\u007f", "ü")) {
            for (var header : List.of(Map.of("X-A", bad), Map.of("X-" + bad, "a"))) {
                var body = JSON.createObjectNode()
                        .put("url", receiver.url("/x").toString())
                        .set("headers", JSON.valueToTree(header));
                Api.operator()
                        .body(JSON.writeValueAsBytes(body))
                        .post("/v1/endpoints")
                        .then()
                        .statusCode(400)
                        .body("errors.pointer.findAll { it.startsWith('/headers/') }", hasSize(1));
            }
        }
    }

    @Test
    void keepsCertificatesAndNeverShowsTheirKeys(@TempDir Path folder) throws IOException {
        // Given
        var tls = new Tls(folder);
        var one = tls.make("one");
        var two = tls.make("two");
        var certificate = JSON.createObjectNode().put("chain", one.chain()).put("key", one.key());
        var body = JSON.createObjectNode().put("url", receiver.url("/mutual").toString());
        body.putArray("channels").add("a");
        body.set("certificate", certificate);

        // When
        var created = Api.operator()
                .body(JSON.writeValueAsBytes(body))
                .post("/v1/endpoints")
                .then()
                .statusCode(201)
                .body("certificate.chain", equalTo(one.chain()))
                .body("certificate.key", nullValue())
                .extract()
                .jsonPath();

        // Then
        var id = created.getString("id");
        var path = "/v1/endpoints/" + id;
        assertThat(rows(id)).allMatch(row -> !row.contains(one.key().substring(60, 90)) && row.contains("sealed:"));
        Api.operator()
                .body("{\"description\":\"x\"}")
                .patch(path)
                .then()
                .body("certificate.chain", equalTo(one.chain()));
        certificate.put("key", two.key());
        Api.operator()
                .body(JSON.writeValueAsBytes(JSON.createObjectNode().set("certificate", certificate)))
                .patch(path)
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem("/certificate/key"));
        Api.operator()
                .body("{\"certificate\":{\"chain\":\"x\",\"key\":\"y\"}}")
                .patch(path)
                .then()
                .statusCode(400)
                .body("errors.pointer", hasItem("/certificate/chain"));
        Api.operator().body("{\"certificate\":null}").patch(path).then().body("certificate", nullValue());
    }

    /// Says what was asked, as a server does that knows the challenge.
    private static Answer echo(Received request) {
        try {
            var challenge =
                    JSON.readTree(request.text()).path("data").path("challenge").asText();
            return Answer.of(200).body("{\"challenge\":\"" + challenge + "\"}");
        } catch (IOException e) {
            return Answer.of(400);
        }
    }

    private static WebhookSignature.Verdict verify(WebhookSecret.Verifier verifier, Received request) {
        var headers = new WebhookSignature.Headers(
                String.valueOf(request.header("webhook-id")),
                String.valueOf(request.header("webhook-timestamp")),
                String.valueOf(request.header("webhook-signature")));
        return WebhookSignature.verify(
                List.of(verifier), headers, request.body(), request.arrivedAt(), Duration.ofMinutes(5));
    }

    private static Handler collect(List<String> said) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                synchronized (said) {
                    said.add(line.getMessage() + " " + java.util.Arrays.toString(line.getParameters()) + " "
                            + line.getThrown());
                }
            }

            @Override
            public void flush() {
                // Nothing is held back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    private static String bare(String secret) {
        return secret.substring(secret.indexOf('_') + 1);
    }

    private List<String> rows(String id) {
        return probe.read(Topics.ENDPOINT_STATE).stream()
                .filter(row -> row.value() != null && new String(row.key(), UTF_8).equals(id))
                .map(row -> new String(row.value(), UTF_8))
                .toList();
    }

    private String body(String path, String more) {
        return "{\"url\":\"" + receiver.url(path) + "\",\"channels\":[\"orders\"]" + more + "}";
    }

    private JsonPath create(String path, String more) {
        return Api.operator()
                .body(body(path, more))
                .post("/v1/endpoints")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    private List<Received> received(String path, int count) {
        await().atMost(LONG).until(() -> receiver.received(path).size() >= count);
        return receiver.received(path);
    }
}
