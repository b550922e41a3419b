package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That the service answers what the OpenAPI document says.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class OpenApiAnswersIT {

    private static final Duration LONG = Duration.ofSeconds(90);

    private final HttpReceiver receiver = HttpReceiver.start();
    private ApiDocument document = new ApiDocument("{}");

    @BeforeEach
    void ready() {
        Api.awaitReady();
        document = new ApiDocument(Api.nobody().get("/q/openapi?format=json").asString());
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void answersAreWhatTheDocumentSays() {
        // Given
        var full = """
                {"url":"%s","channels":["orders"],"types":["order.created"],"description":"all of it","owner":"o",
                 "headers":{"X-A":"b"},"schedule":["5s"],"rateLimit":5,"giveUpOn":[400],"metadata":{"a":"b"},
                 "signatureStyles":["github"],"type":"hmac","enabled":false}
                """.formatted(receiver.url("/doc"));
        var id = Api.register(Api.operator(), receiver.url("/doc").toString(), "");
        var path = "/v1/endpoints/" + id;
        var etag = Api.operator().header("If-None-Match", "\"1\"");
        var isNew = Api.operator().header("If-None-Match", "*");
        var isOld = Api.operator().header("If-Match", "\"99\"");

        // When, Then
        check("POST /v1/endpoints", 201, Api.operator().body(full).post("/v1/endpoints"));
        check("POST /v1/endpoints", 201, Api.operator().body(ed25519()).post("/v1/endpoints"));
        check("POST /v1/endpoints", 400, Api.operator().body("{\"url\":1}").post("/v1/endpoints"));
        check("POST /v1/endpoints", 415, plainText().post("/v1/endpoints"));
        check("GET /v1/endpoints", 200, Api.operator().get("/v1/endpoints?limit=2"));
        check("GET /v1/endpoints", 400, Api.operator().get("/v1/endpoints?limit=0"));
        check("GET /v1/endpoints", 401, Api.nobody().get("/v1/endpoints"));
        check("GET /v1/endpoints/{id}", 200, Api.operator().get(path));
        check("GET /v1/endpoints/{id}", 304, etag.get(path));
        check("GET /v1/endpoints/{id}", 404, Api.operator().get("/v1/endpoints/none"));
        check("PUT /v1/endpoints/{id}", 200, Api.operator().body(full).put(path));
        check("PUT /v1/endpoints/{id}", 412, isNew.body(full).put(path));
        check("PUT /v1/endpoints/{id}", 201, Api.operator().body(full).put(path + "-new"));
        check(
                "PATCH /v1/endpoints/{id}",
                200,
                Api.operator().body("{\"owner\":null}").patch(path));
        check("PATCH /v1/endpoints/{id}", 412, isOld.body("{}").patch(path));
        check("GET /v1/endpoints/{id}/secret", 200, Api.operator().get(path + "/secret"));
        check("DELETE /v1/endpoints/{id}", 204, Api.operator().delete(path));
        check("DELETE /v1/endpoints/{id}", 404, Api.operator().delete(path));
    }

    @Test
    void answersOfCallsAreWhatTheDocumentSays() {
        var url = receiver.url("/calls").toString();
        var path = "/v1/endpoints/" + Api.register(Api.operator(), url, "");
        var asked = "/v1/endpoints/" + Api.register(Api.operator(), url, ",\"verification\":\"challenge\"");
        var since = "{\"since\":\"2026-01-02T03:04:05Z\"}";

        for (var call : List.of(":disable", ":enable", ":pause", ":resume", ":test", ":verify")) {
            var route = "POST /v1/endpoints/{id}" + call;
            check(route, 200, Api.operator().post(path + call));
            check(route, 400, Api.operator().body("{").post(path + call));
            check(route, 403, Api.key("reader-key").post(path + call));
            check(route, 404, Api.operator().post("/v1/endpoints/none" + call));
            check(route, 415, plainText().post(path + call));
        }
        check("POST /v1/endpoints/{id}:test", 409, Api.operator().post(asked + ":test"));
        check("POST /v1/endpoints/{id}:verify", 200, Api.operator().post(asked + ":verify"));
        for (var call : List.of(":recover", ":replay-missing")) {
            var route = "POST /v1/endpoints/{id}" + call;
            check(route, 202, Api.operator().body(since).post(path + call));
            check(route, 400, Api.operator().body("{\"since\":\"then\"}").post(path + call));
            check(route, 404, Api.operator().body(since).post("/v1/endpoints/none" + call));
            check(route, 415, plainText().post(path + call));
        }
        check("POST /v1/endpoints/{id}:replay-missing", 202, Api.operator().post(path + ":replay-missing"));
        check("POST /v1/endpoints/{id}:recover", 400, Api.operator().post(path + ":recover"));
        var rotate = "POST /v1/endpoints/{id}/secret:rotate";
        check(rotate, 200, Api.operator().body("{\"type\":\"ed25519\"}").post(path + "/secret:rotate"));
        check(rotate, 200, Api.key("right-key").post(path + "/secret:rotate"));
        check(rotate, 400, Api.operator().body("{\"type\":\"rsa\"}").post(path + "/secret:rotate"));
        check(rotate, 415, plainText().post(path + "/secret:rotate"));
        check(
                "POST /v1/portal-tokens",
                201,
                Api.operator().body("{\"owner\":\"o\"}").post("/v1/portal-tokens"));
        check("POST /v1/portal-tokens", 403, Api.key("reader-key").body("{}").post("/v1/portal-tokens"));
    }

    @Test
    void answersAboutDeliveriesAreWhatTheDocumentSays() {
        // Given: an event that is dead, and one that waits.
        receiver.answer(_ -> Answer.of(500).body("sorry"));
        var dead = Api.register(Api.operator(), receiver.url("/dead").toString(), ",\"schedule\":[]");
        var late = Api.register(Api.operator(), receiver.url("/late").toString(), ",\"schedule\":[\"10m\"]");
        var event = "e/" + dead;
        Api.deliver(dead, event);
        Api.deliver(late, event);
        var letters = "/v1/dead-letters?endpoint=" + dead;
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(items(letters)).hasSize(1);
            assertThat(items("/v1/deliveries/" + event)).hasSize(2);
        });

        // When, Then
        for (var id : List.of(dead, late)) {
            for (var view : List.of("attempts", "stats", "backlog")) {
                check("GET /v1/endpoints/{id}/" + view, 200, Api.operator().get("/v1/endpoints/" + id + "/" + view));
            }
        }
        check("GET /v1/endpoints/{id}/stats", 404, Api.operator().get("/v1/endpoints/none/stats"));
        check(
                "GET /v1/endpoints/{id}/attempts",
                400,
                Api.operator().get("/v1/endpoints/" + dead + "/attempts?after=odd"));
        check("GET /v1/attempts", 200, Api.operator().get("/v1/attempts?limit=200"));
        check("GET /v1/attempts", 400, Api.operator().get("/v1/attempts?status=odd"));
        check("GET /v1/attempts", 403, Api.bearer(Api.token("o")).get("/v1/attempts"));
        check("GET /v1/attempts", 404, Api.bearer(Api.token("o")).get("/v1/attempts?endpoint=" + dead));
        check("GET /v1/deliveries/{event}", 200, Api.operator().get("/v1/deliveries/" + event));
        check("GET /v1/deliveries/{event}", 200, Api.operator().get("/v1/deliveries/unknown"));
        check("GET /v1/deliveries/{event}", 400, Api.operator().get("/v1/deliveries/unknown?after=odd"));
        check("GET /v1/deliveries/{event}", 403, Api.bearer(Api.token("o")).get("/v1/deliveries/unknown"));
        for (var call : List.of(":cancel", ":resend")) {
            var route = "POST /v1/deliveries/{event}" + call;
            var path = "/v1/deliveries/" + event + call;
            check(route, 202, Api.operator().body(about(late)).post(path));
            check(route, 202, Api.operator().post(path + "?endpoint=" + late));
            check(route, 400, Api.operator().post(path));
            check(route, 404, Api.operator().body(about("none")).post(path));
            check(route, 415, plainText().post(path));
        }
        check("GET /v1/dead-letters", 200, Api.operator().get(letters + "&reason=exhausted"));
        check("GET /v1/dead-letters", 400, Api.operator().get(letters + "&since=odd"));
        check("GET /v1/ledger", 200, Api.operator().get("/v1/ledger?endpoint=" + dead));
        check("GET /v1/ledger", 200, Api.operator().get("/v1/ledger"));
        check("GET /v1/ledger", 400, Api.operator().get("/v1/ledger?since=odd"));
        check("GET /v1/ledger", 403, Api.key("umbrella-key").get("/v1/ledger"));
    }

    @Test
    void answersAboutOperationsAreWhatTheDocumentSays() {
        // Given
        receiver.answer(_ -> Answer.of(410));
        var id = Api.register(Api.operator(), receiver.url("/gone").toString(), ",\"owner\":\"doc\"");
        Api.deliver(id, "event");
        await().atMost(LONG).untilAsserted(() -> assertThat(items("/v1/dead-letters?endpoint=" + id))
                .hasSize(1));
        var dry = "{\"owner\":\"doc\",\"reason\":[\"gone\"],\"again\":true,\"dryRun\":true}";

        // When, Then
        for (var call : List.of(":replay", ":purge")) {
            var route = "POST /v1/dead-letters" + call;
            var path = "/v1/dead-letters" + call;
            check(route, 200, Api.operator().body(dry).post(path));
            var told = Api.operator().body(about(id)).post(path);
            check(route, 202, told);
            var operation = told.header("Location");
            check("GET /v1/operations/{operation}", 200, Api.operator().get(operation));
            await().atMost(LONG)
                    .until(() -> "done".equals(Api.operator().get(operation).path("state")));
            check("GET /v1/operations/{operation}", 200, Api.operator().get(operation));
            check("POST /v1/operations/{operation}:cancel", 409, Api.operator().post(operation + ":cancel"));
            check(route, 400, Api.operator().body("{\"reason\":\"none\"}").post(path));
            check(route, 403, Api.key("reader-key").body(about(id)).post(path));
            check(route, 404, Api.operator().body(about("none")).post(path));
            check(route, 415, plainText().post(path));
        }
        check("GET /v1/dead-letters", 200, Api.operator().get("/v1/dead-letters?limit=200"));
        check("GET /v1/operations", 200, Api.operator().get("/v1/operations?limit=200"));
        check("GET /v1/operations", 200, Api.operator().get("/v1/operations?owner=doc&limit=1"));
        check("GET /v1/operations", 400, Api.operator().get("/v1/operations?after=odd"));
        check("GET /v1/operations", 403, Api.key("reader-key").get("/v1/operations"));
        check("GET /v1/operations/{operation}", 404, Api.operator().get("/v1/operations/none"));
        check("POST /v1/operations/{operation}:cancel", 404, Api.operator().post("/v1/operations/none:cancel"));
    }

    @Test
    void answersToGrantsAreWhatTheDocumentSays() {
        // Given: a server that has to think about it.
        var url = receiver.url("/grant").toString();
        var id = Api.register(Api.operator(), url, ",\"verification\":\"cloudevents\"");
        await().atMost(LONG).until(() -> !receiver.received("/grant").isEmpty());
        var callback = String.valueOf(receiver.received("/grant").getFirst().header("WebHook-Request-Callback"));
        var path = callback.substring(callback.indexOf("/v1/"));
        var evil = Api.nobody().header("WebHook-Allowed-Origin", "evil.example.com");

        // When, Then
        check("GET /v1/grants/{id}/{token}", 404, Api.nobody().get(path + "A"));
        check("POST /v1/grants/{id}/{token}", 404, Api.nobody().post("/v1/grants/none/AAAA"));
        check("POST /v1/grants/{id}/{token}", 400, evil.post(path));
        check("GET /v1/grants/{id}/{token}", 200, Api.nobody().get(path + "?rate=120"));
        check("POST /v1/grants/{id}/{token}", 200, plainText().post(path));
        check("GET /v1/endpoints/{id}", 200, Api.operator().get("/v1/endpoints/" + id));
    }

    private void check(String route, int status, Response answer) {
        assertThat(answer.statusCode()).as("%s: %s", route, answer.asString()).isEqualTo(status);
        document.checkAnswer(route, status, answer.asString());
    }

    private String ed25519() {
        return "{\"url\":\"" + receiver.url("/key") + "\",\"channels\":[\"orders\"],\"type\":\"ed25519\"}";
    }

    private static String about(String endpoint) {
        return "{\"endpoint\":\"" + endpoint + "\"}";
    }

    private static RequestSpecification plainText() {
        return Api.operator().contentType("text/plain").body("x");
    }

    private static List<Object> items(String path) {
        return Api.operator().get(path).jsonPath().getList("items");
    }
}
