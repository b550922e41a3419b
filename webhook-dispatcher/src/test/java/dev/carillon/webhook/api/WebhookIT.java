package dev.carillon.webhook.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.standardwebhooks.Webhook;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class WebhookIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final KafkaProbe probe = KafkaProbe.shared();
    private final HttpReceiver receiver = HttpReceiver.start();

    /// An endpoint as it was created.
    private record Created(String id, String secret) {}

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void deliversSignedSoThatTheReferenceLibraryVerifies() throws Exception {
        // Given
        var endpoint = create("/signed", "");

        // When
        Api.deliver(endpoint.id(), "evt.1", "application/json", "{\"n\": 1}");

        // Then
        var request = received("/signed", 1).getFirst();
        new Webhook(endpoint.secret()).verify(request.text(), HttpHeaders.of(request.headers(), (_, _) -> true));
        assertThat(request.header("webhook-id")).isEqualTo("evt%2E1");
        assertThat(request.header("content-type")).isEqualTo("application/json");
        assertThat(request.header("user-agent")).startsWith("Carillon/");
        assertThat(request.text())
                .isEqualTo("{\"type\":\"order.created\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"data\":{\"n\": 1}}");
    }

    @Test
    void signsWithOldAndNewSecretDuringRotation() throws Exception {
        // Given
        var endpoint = create("/rotated", "");
        var fresh = Api.operator()
                .body("{\"overlap\":\"1h\"}")
                .post("/v1/endpoints/" + endpoint.id() + "/secret:rotate")
                .then()
                .statusCode(200)
                .body("secrets", hasSize(2))
                .extract()
                .<String>path("secret");

        // When
        Api.deliver(endpoint.id(), "event-r");

        // Then
        var request = received("/rotated", 1).getFirst();
        assertThat(fresh).isNotEqualTo(endpoint.secret());
        for (var secret : List.of(endpoint.secret(), fresh)) {
            new Webhook(secret).verify(request.text(), HttpHeaders.of(request.headers(), (_, _) -> true));
        }
    }

    @Test
    void sendsDataThatIsNoJsonAsBase64() {
        // Given
        var endpoint = create("/binary", "");

        // When
        Api.deliver(endpoint.id(), "event-b", "text/plain", "hello");

        // Then
        assertThat(received("/binary", 1).getFirst().text()).contains("\"data_base64\":\"aGVsbG8=\"");
    }

    @Test
    void sendsCloudEventsInBothModes() {
        // Given
        var binary = create("/ce-binary", ",\"format\":\"ce-binary\"");
        var structured = create("/ce-structured", ",\"format\":\"ce-structured\"");

        // When
        Api.deliver(binary.id(), "event-cb", "application/json", "{\"a\":1}");
        Api.deliver(structured.id(), "event-cs", "application/json", "{\"a\":1}");

        // Then
        var first = received("/ce-binary", 1).getFirst();
        assertThat(first.header("ce-id")).isEqualTo("event-cb");
        assertThat(first.header("ce-type")).isEqualTo("order.created");
        assertThat(first.text()).isEqualTo("{\"a\":1}");
        var second = received("/ce-structured", 1).getFirst();
        assertThat(second.header("content-type")).isEqualTo("application/cloudevents+json");
        assertThat(second.text()).contains("\"specversion\":\"1.0\"", "\"data\":{\"a\":1}");
    }

    @Test
    void sendsCustomHeadersButNeverInsteadOfItsOwn() {
        // Given
        var endpoint = create("/custom", ",\"headers\":{\"Authorization\":\"Bearer x\",\"X-Team\":\"a\"}");

        // When
        Api.deliver(endpoint.id(), "event-h");

        // Then
        var request = received("/custom", 1).getFirst();
        assertThat(request.header("authorization")).isEqualTo("Bearer x");
        assertThat(request.header("x-team")).isEqualTo("a");
    }

    @Test
    void retriesOnScheduleUntilItSucceeds() {
        // Given
        var answers = new ArrayList<>(List.of(500, 503, 200));
        receiver.answer(_ -> Answer.of(answers.removeFirst()).body("tried"));
        var endpoint = create("/flaky", "");

        // When
        Api.deliver(endpoint.id(), "event-f");

        // Then
        var tries = received("/flaky", 3);
        assertThat(between(tries, 0)).isBetween(Duration.ofMillis(950), Duration.ofMillis(2500));
        assertThat(between(tries, 1)).isBetween(Duration.ofMillis(1950), Duration.ofMillis(3900));
        assertThat(tries).extracting(request -> request.header("webhook-id")).containsOnly("event-f");
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get("/v1/attempts?endpoint=" + endpoint.id())
                .then()
                .statusCode(200)
                .body("items", hasSize(3))
                .body("items[0].outcome", equalTo("delivered"))
                .body("items[0].attempt", equalTo(3))
                .body("items[2].outcome", equalTo("failed"))
                .body("items[2].status", equalTo(500))
                .body("items[2].body", equalTo("tried"))
                .body("items[2].next", notNullValue()));
    }

    @Test
    void givesUpThenReplaysWhatIsDead() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        var endpoint = create("/dead", "");
        Api.deliver(endpoint.id(), "event-d", "application/json", "{\"n\":7}");
        Api.deliver(endpoint.id(), "event-e", "application/json", "{\"n\":8}");
        await().atMost(LONG).untilAsserted(() -> letters(endpoint.id())
                .body("items", hasSize(2))
                .body("items.reason", everyItem(equalTo("exhausted")))
                .body("items.attempts", everyItem(equalTo(3)))
                .body("items.replayed", everyItem(equalTo(false))));

        // When
        receiver.answer(_ -> Answer.of(200));
        receiver.forget();
        Api.operator()
                .body("{\"endpoint\":\"" + endpoint.id() + "\"}")
                .post("/v1/dead-letters:replay")
                .then()
                .statusCode(202)
                .body("operation", startsWith("op_"));

        // Then
        assertThat(received("/dead", 2))
                .extracting(request -> request.header("webhook-id"))
                .containsExactlyInAnyOrder("event-d", "event-e");
        await().atMost(LONG)
                .untilAsserted(() -> letters(endpoint.id()).body("items.replayed", everyItem(equalTo(true))));

        // When: the same again finds nothing, but what is named is sent again.
        replay("{\"endpoint\":\"" + endpoint.id() + "\"}");
        replay("{\"events\":[\"event-d\"]}");

        // Then
        assertThat(received("/dead", 3).getLast().header("webhook-id")).isEqualTo("event-d");
    }

    @Test
    void pagesThroughDeadLetters() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        var endpoint = create("/paged", ",\"schedule\":[]");
        for (int i = 0; i < 5; i++) {
            Api.deliver(endpoint.id(), "event-p" + i);
        }
        await().atMost(LONG).untilAsserted(() -> letters(endpoint.id()).body("items", hasSize(5)));

        // When
        var path = "/v1/dead-letters?endpoint=" + endpoint.id() + "&limit=3";
        var first = Api.operator().get(path).then().statusCode(200).extract().jsonPath();
        var second = Api.operator()
                .get(path + "&after=" + first.getString("next"))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        // Then
        var all = new ArrayList<String>(first.getList("items.event"));
        all.addAll(second.getList("items.event"));
        assertThat(all).doesNotHaveDuplicates().hasSize(5);
        assertThat(second.getString("next")).isNull();
    }

    @Test
    void disablesWhatIsGone() {
        // Given
        receiver.answer(_ -> Answer.of(410));
        var endpoint = create("/gone", "");

        // When
        Api.deliver(endpoint.id(), "event-g");

        // Then
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get("/v1/endpoints/" + endpoint.id())
                .then()
                .body("enabled", equalTo(false)));
        letters(endpoint.id()).body("items[0].reason", equalTo("gone"));

        // When: it comes back.
        Api.deliver(endpoint.id(), "event-g2");
        receiver.answer(_ -> Answer.of(200));
        Api.operator().post("/v1/endpoints/" + endpoint.id() + ":enable").then().statusCode(200);

        // Then: what came meanwhile was kept.
        var requests = received("/gone", 2);
        assertThat(requests.getLast().header("webhook-id")).isEqualTo("event-g2");
        letters(endpoint.id()).body("items", hasSize(1));
    }

    @Test
    void waitsAsLongAsItIsTold() {
        // Given
        var answers = new ArrayList<>(List.of(Answer.of(429).header("Retry-After", "4"), Answer.of(200)));
        receiver.answer(_ -> answers.removeFirst());
        var endpoint = create("/busy", "");

        // When
        Api.deliver(endpoint.id(), "event-w");

        // Then
        assertThat(between(received("/busy", 2), 0)).isBetween(Duration.ofMillis(3900), Duration.ofSeconds(7));
    }

    @Test
    void neverFollowsRedirects() {
        // Given
        receiver.answer(_ ->
                Answer.of(302).header("Location", receiver.url("/elsewhere").toString()));
        var endpoint = create("/moved", ",\"schedule\":[]");

        // When
        Api.deliver(endpoint.id(), "event-m");

        // Then
        await().atMost(LONG)
                .untilAsserted(() -> letters(endpoint.id()).body("items[0].detail", startsWith("answered 302")));
        assertThat(receiver.received("/elsewhere")).isEmpty();
    }

    @Test
    void givesSlowReceiversNoMoreThanTheDeadline() {
        // Given
        receiver.answer(_ -> {
            LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
            return Answer.of(200);
        });
        var endpoint = create("/slow", ",\"schedule\":[]");

        // When
        Api.deliver(endpoint.id(), "event-s");

        // Then
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> letters(endpoint.id()).body("items[0].detail", startsWith("timeout")));
    }

    @Test
    void cancelsForEndpointsThatAreDeleted() {
        // Given
        var endpoint = create("/deleted", "");
        Api.operator().delete("/v1/endpoints/" + endpoint.id()).then().statusCode(204);

        // When
        Api.deliver(endpoint.id(), "event-x");

        // Then
        await().atMost(LONG).untilAsserted(() -> Api.operator()
                .get("/v1/attempts?endpoint=" + endpoint.id())
                .then()
                .body("items[0].outcome", equalTo("cancelled")));
        assertThat(receiver.received("/deleted")).isEmpty();
    }

    @Test
    void dropsDeliveriesThatFanoutRepeats() {
        // Given
        var endpoint = create("/repeated", "");
        long first = Api.deliver(endpoint.id(), "event-1", "application/json", "1");
        long second = Api.deliver(endpoint.id(), "event-2", "application/json", "1");

        // When
        Api.deliverAgain(endpoint.id(), "event-1", first);
        Api.deliverAgain(endpoint.id(), "event-2", second);
        Api.deliver(endpoint.id(), "event-3");

        // Then
        assertThat(received("/repeated", 3))
                .extracting(request -> request.header("webhook-id"))
                .containsExactlyInAnyOrder("event-1", "event-2", "event-3");
    }

    @Test
    void turnsUnreadableDeliveriesIntoDeadLettersAndGoesOn() {
        // Given
        var endpoint = create("/after", "");

        // When
        probe.produce(new ProducerRecord<>(
                Topics.DELIVERY_WEBHOOK, endpoint.id().getBytes(UTF_8), "nonsense".getBytes(UTF_8)));
        Api.deliver(endpoint.id(), "event-after");

        // Then
        received("/after", 1);
        await().atMost(LONG).untilAsserted(() -> letters(endpoint.id()).body("items.reason", hasItem("unreadable")));
    }

    @Test
    void createsReadsChangesAndDeletesEndpoints() {
        // Given
        var endpoint = create("/crud", ",\"metadata\":{\"a\":\"1\",\"b\":\"2\"}");
        var path = "/v1/endpoints/" + endpoint.id();

        // When, Then
        Api.operator()
                .get(path)
                .then()
                .statusCode(200)
                .header("ETag", "\"1\"")
                .body("secret", nullValue())
                .body("secrets", nullValue())
                .body("format", equalTo("standard"))
                .body("revision", equalTo(1));
        Api.operator()
                .header("If-Match", "\"1\"")
                .body("{\"description\":\"new\",\"schedule\":[\"5s\",60],\"metadata\":{\"a\":null}}")
                .patch(path)
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"")
                .body("description", equalTo("new"))
                .body("schedule", equalTo(List.of("5s", "1m")))
                .body("metadata", equalTo(Map.of("b", "2")));
        Api.operator()
                .header("If-Match", "\"1\"")
                .body("{\"description\":\"late\"}")
                .patch(path)
                .then()
                .statusCode(412)
                .contentType("application/problem+json");
        Api.operator()
                .body("{\"url\":\"" + receiver.url("/other") + "\",\"channels\":[\"x\"]}")
                .put(path)
                .then()
                .statusCode(200)
                .body("description", nullValue())
                .body("revision", equalTo(3));
        Api.operator().get(path + "/secret").then().statusCode(200).body("secret", equalTo(endpoint.secret()));
        Api.operator().post(path + ":disable").then().statusCode(200).body("enabled", equalTo(false));
        Api.operator().post(path + ":enable").then().statusCode(200).body("enabled", equalTo(true));
        Api.operator()
                .get("/v1/endpoints?limit=200")
                .then()
                .statusCode(200)
                .body("items.id", hasItem(endpoint.id()))
                .body("items.secret", everyItem(nullValue()));
        Api.operator().delete(path).then().statusCode(204);
        Api.operator().get(path).then().statusCode(404).contentType("application/problem+json");
        Api.operator().delete(path).then().statusCode(404);
    }

    @Test
    void createsUnderAChosenId() {
        // Given
        var id = "chosen-" + UUID.randomUUID();
        var body = "{\"url\":\"" + receiver.url("/chosen")
                + "\",\"channels\":[\"a:*\"],\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}";

        // When, Then
        Api.operator()
                .body(body)
                .put("/v1/endpoints/" + id)
                .then()
                .statusCode(201)
                .header("Location", not(nullValue()))
                .body("id", equalTo(id))
                .body("secret", equalTo("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        Api.operator().body(body).put("/v1/endpoints/" + id).then().statusCode(200);
    }

    @Test
    void pagesThroughEndpoints() {
        // Given
        for (int i = 0; i < 3; i++) {
            create("/page", ",\"owner\":\"pager\"");
        }

        // When
        var first = Api.operator()
                .get("/v1/endpoints?owner=pager&limit=2")
                .then()
                .extract()
                .jsonPath();
        var second = Api.operator()
                .get("/v1/endpoints?owner=pager&limit=2&after=" + first.getString("next"))
                .then()
                .extract()
                .jsonPath();

        // Then
        assertThat(first.getList("items")).hasSize(2);
        assertThat(second.getList("items")).hasSize(1);
        assertThat(second.getString("next")).isNull();
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        Api.operator()
                .body("""
                        {"url":"http://user@example.com/","channels":["a*b"],"types":[1],"format":"xml",
                         "ordering":"some","headers":{"webhook-id":"x","Ok":"a\\r\\nb"},"schedule":["0s","x"],
                         "enabled":"yes","metadata":{"a":1}}
                        """)
                .post("/v1/endpoints")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body(
                        "errors.pointer",
                        hasItems(
                                "/url",
                                "/channels/0",
                                "/types/0",
                                "/format",
                                "/ordering",
                                "/headers/webhook-id",
                                "/headers/Ok",
                                "/schedule/0",
                                "/schedule/1",
                                "/enabled",
                                "/metadata/a"));
        Api.operator().body("{}").post("/v1/endpoints").then().body("errors.pointer", hasItems("/url", "/channels"));
        Api.operator().body("[]").post("/v1/endpoints").then().statusCode(400);
        Api.operator().body("{").post("/v1/endpoints").then().statusCode(400).contentType("application/problem+json");
        Api.operator().get("/v1/endpoints?limit=0").then().statusCode(400);
        Api.operator().get("/v1/endpoints?limit=x").then().statusCode(400);
        Api.operator().get("/v1/dead-letters?after=%25%25%25").then().statusCode(400);
        Api.operator().post("/v1/endpoints/ep_x").then().statusCode(405);
        Api.operator().post("/v1/endpoints/ep_x:unknown").then().statusCode(404);
        Api.operator()
                .body("{\"events\":[]}")
                .post("/v1/dead-letters:replay")
                .then()
                .statusCode(400);
        Api.operator()
                .body("{\"since\":\"yesterday\"}")
                .post("/v1/dead-letters:replay")
                .then()
                .statusCode(400);
        Api.operator()
                .body("{\"endpoint\":\"ep_x\"}")
                .post("/v1/dead-letters:replay")
                .then()
                .statusCode(404);
    }

    @Test
    void refusesTargetsThatAreNotPublic() {
        for (var url : List.of("http://10.0.0.1/", "http://[::1]/", "http://2130706433/", "http://169.254.169.254/")) {
            Api.operator()
                    .body("{\"url\":\"" + url + "\",\"channels\":[\"a\"]}")
                    .post("/v1/endpoints")
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", hasItem("/url"));
        }
    }

    @Test
    void testsAnEndpointWithASignedEvent() throws Exception {
        // Given
        var endpoint = create("/try", "");

        // When
        Api.operator()
                .post("/v1/endpoints/" + endpoint.id() + ":test")
                .then()
                .statusCode(200)
                .body("delivered", equalTo(true))
                .body("status", equalTo(204));

        // Then
        var request = received("/try", 1).getFirst();
        new Webhook(endpoint.secret()).verify(request.text(), HttpHeaders.of(request.headers(), (_, _) -> true));
        assertThat(request.text()).contains("\"type\":\"webhook.test\"");
    }

    @Test
    void asksForAKey() {
        given().get("/v1/endpoints").then().statusCode(401).contentType("application/problem+json");
        given().header("X-API-Key", "wrong").get("/v1/endpoints").then().statusCode(401);
        given().header("Authorization", "apikey right-key")
                .get("/v1/endpoints")
                .then()
                .statusCode(200);
    }

    private Created create(String path, String more) {
        var body = "{\"url\":\"" + receiver.url(path) + "\",\"channels\":[\"orders\"]" + more + "}";
        var created = Api.operator()
                .body(body)
                .post("/v1/endpoints")
                .then()
                .statusCode(201)
                .header("ETag", "\"1\"")
                .body("secret", startsWith("whsec_"))
                .extract()
                .jsonPath();
        return new Created(created.getString("id"), created.getString("secret"));
    }

    private List<Received> received(String path, int count) {
        await().atMost(LONG).until(() -> receiver.received(path).size() >= count);
        return receiver.received(path);
    }

    private static void replay(String body) {
        Api.operator().body(body).post("/v1/dead-letters:replay").then().statusCode(202);
    }

    private static io.restassured.response.ValidatableResponse letters(String endpoint) {
        return Api.operator()
                .get("/v1/dead-letters?endpoint=" + endpoint)
                .then()
                .statusCode(200);
    }

    private static Duration between(List<Received> requests, int first) {
        return Duration.between(
                requests.get(first).arrivedAt(), requests.get(first + 1).arrivedAt());
    }
}
