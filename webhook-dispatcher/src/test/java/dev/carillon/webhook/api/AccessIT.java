package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That no call of the REST API crosses from one owner to another.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class AccessIT {

    private static final String SETTINGS = "{\"url\":\"http://127.0.0.1:9/\",\"channels\":[\"orders\"]}";

    /// What becomes of a call that names somebody else's endpoint.
    private enum Crossing {
        /// 404: it does not exist for them.
        HIDDEN,
        /// 404 when it is named, 403 when nothing is.
        NAMED,
        /// 403, whatever it names.
        CLOSED,
        /// It shows and makes one's own only; tested for itself.
        NARROWED,
        /// 404: it is for whoever has the right token in its path, and for nobody else.
        OPEN
    }

    /// Every call of the document: one that is not here fails the test.
    private static final Map<String, Crossing> CALLS = Map.ofEntries(
            Map.entry("GET /v1/endpoints", Crossing.NARROWED),
            Map.entry("POST /v1/endpoints", Crossing.NARROWED),
            Map.entry("GET /v1/endpoints/{id}", Crossing.HIDDEN),
            Map.entry("PUT /v1/endpoints/{id}", Crossing.HIDDEN),
            Map.entry("PATCH /v1/endpoints/{id}", Crossing.HIDDEN),
            Map.entry("DELETE /v1/endpoints/{id}", Crossing.HIDDEN),
            Map.entry("GET /v1/endpoints/{id}/secret", Crossing.CLOSED),
            Map.entry("POST /v1/endpoints/{id}/secret:rotate", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:enable", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:disable", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:pause", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:resume", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:verify", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:test", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:recover", Crossing.HIDDEN),
            Map.entry("POST /v1/endpoints/{id}:replay-missing", Crossing.HIDDEN),
            Map.entry("GET /v1/endpoints/{id}/attempts", Crossing.HIDDEN),
            Map.entry("GET /v1/endpoints/{id}/stats", Crossing.HIDDEN),
            Map.entry("GET /v1/endpoints/{id}/backlog", Crossing.HIDDEN),
            Map.entry("GET /v1/endpoints/{id}/attempts/stream", Crossing.HIDDEN),
            Map.entry("GET /v1/attempts", Crossing.NAMED),
            Map.entry("GET /v1/dead-letters", Crossing.NAMED),
            Map.entry("POST /v1/dead-letters:replay", Crossing.CLOSED),
            Map.entry("POST /v1/dead-letters:purge", Crossing.CLOSED),
            Map.entry("GET /v1/deliveries/{event}", Crossing.CLOSED),
            Map.entry("POST /v1/deliveries/{event}:resend", Crossing.HIDDEN),
            Map.entry("POST /v1/deliveries/{event}:cancel", Crossing.HIDDEN),
            Map.entry("GET /v1/operations", Crossing.CLOSED),
            Map.entry("GET /v1/operations/{operation}", Crossing.CLOSED),
            Map.entry("POST /v1/operations/{operation}:cancel", Crossing.CLOSED),
            Map.entry("GET /v1/ledger", Crossing.CLOSED),
            Map.entry("GET /v1/grants/{id}/{token}", Crossing.OPEN),
            Map.entry("POST /v1/grants/{id}/{token}", Crossing.OPEN),
            Map.entry("POST /v1/portal-tokens", Crossing.CLOSED));

    /// Reads for which the scope `read` is not enough.
    private static final Set<String> NEEDS_MORE = Set.of(
            "GET /v1/endpoints/{id}/secret", "GET /v1/operations", "GET /v1/operations/{operation}", "GET /v1/ledger");

    private final HttpReceiver receiver = HttpReceiver.start();
    private String theirs = "";

    @BeforeEach
    void ready() {
        Api.awaitReady();
        theirs = Api.register(
                Api.bearer(Api.token("globex")), receiver.url("/globex").toString(), "");
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void everyCallIsInTheTable() {
        var document =
                new ApiDocument(Api.nobody().get("/q/openapi?format=json").asString());

        assertThat(CALLS.keySet()).containsExactlyInAnyOrderElementsOf(document.routes());
    }

    @Test
    void noCallReachesAnotherOwnersEndpoint() {
        for (var caller : List.of("token", "key")) {
            CALLS.forEach((call, crossing) -> {
                var what = caller + ": " + call;
                int status = call(caller, call, theirs, "").statusCode();
                switch (crossing) {
                    case HIDDEN, OPEN -> assertThat(status).as(what).isEqualTo(404);
                    case NAMED -> {
                        assertThat(call(caller, call, theirs, "?endpoint=" + theirs)
                                        .statusCode())
                                .as(what)
                                .isEqualTo(404);
                        assertThat(status).as(what).isEqualTo(403);
                    }
                    case CLOSED ->
                        assertThat(status).as(what).isIn(403, 404).isEqualTo(isSecretOf(caller, call) ? 404 : 403);
                    case NARROWED -> assertThat(status).as(what).isLessThan(500);
                }
            });
        }
        Api.operator()
                .get("/v1/endpoints/" + theirs)
                .then()
                .statusCode(200)
                .body("revision", equalTo(1))
                .body("owner", equalTo("globex"));
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void everyCallReachesOnesOwn() {
        var own = Api.register(
                Api.bearer(Api.token("acme")), receiver.url("/acme").toString(), "");
        CALLS.forEach((call, crossing) -> {
            boolean isOpen = crossing == Crossing.HIDDEN && !call.endsWith("/stream") && !call.startsWith("DELETE");
            if (isOpen) {
                assertThat(call("token", call, own, "").statusCode()).as(call).isIn(200, 202);
            } else if (crossing == Crossing.NAMED) {
                assertThat(call("token", call, own, "?endpoint=" + own).statusCode())
                        .as(call)
                        .isEqualTo(200);
            }
        });
        Api.bearer(Api.token("acme")).delete("/v1/endpoints/" + own).then().statusCode(204);
    }

    @Test
    void nobodyGetsInWithoutAKey() {
        CALLS.forEach((call, crossing) -> {
            int refused = crossing == Crossing.OPEN ? 404 : 401;
            for (var speaker : List.of(Api.nobody(), Api.key("wrong"), Api.bearer("a.b.c"))) {
                assertThat(send(speaker, call, theirs, "").statusCode())
                        .as(call)
                        .isEqualTo(refused);
            }
        });
    }

    @Test
    void keysOpenWhatTheirScopesSay() {
        CALLS.forEach((call, crossing) -> {
            boolean isRead = call.startsWith("GET") && !NEEDS_MORE.contains(call);
            int status = isRead ? 200 : 403;
            if (!call.endsWith("/stream")) {
                assertThat(send(Api.key("reader-key"), call, theirs, "").statusCode())
                        .as(call)
                        .isEqualTo(crossing == Crossing.OPEN ? 404 : status);
            }
        });
    }

    /// The query and the body may name endpoints too; whichever counts must be one's own.
    @Test
    void deliveriesAreTouchedForOnesOwnEndpointsOnly() {
        var own =
                Api.register(Api.bearer(Api.token("acme")), receiver.url("/own").toString(), "");

        for (var call : List.of("resend", "cancel")) {
            var path = "/v1/deliveries/evt_1:" + call + "?endpoint=";
            var body = "{\"endpoint\":\"" + own + "\"}";
            var acme = Api.token("acme");
            Api.bearer(acme).body(body).post(path + theirs).then().statusCode(404);
            Api.bearer(acme)
                    .body(body.replace(own, theirs))
                    .post(path + own)
                    .then()
                    .statusCode(202);
            Api.bearer(acme).body("{}").post(path + own).then().statusCode(202);
        }
        Api.operator()
                .get("/v1/operations?limit=200")
                .then()
                .body("items.subject.endpoint", hasItem(own))
                .body("items.subject.endpoint", not(hasItem(theirs)));
    }

    @Test
    void ownersSeeAndMakeTheirOwnOnly() {
        // Given
        var acme = Api.token("acme");
        var chosen = "acme-" + UUID.randomUUID();

        // When
        var own = Api.register(Api.bearer(acme), receiver.url("/own").toString(), ",\"owner\":\"globex\"");
        Api.bearer(acme)
                .body(SETTINGS)
                .put("/v1/endpoints/" + chosen)
                .then()
                .statusCode(201)
                .body("owner", equalTo("acme"));

        // Then
        Api.bearer(acme)
                .get("/v1/endpoints?limit=200")
                .then()
                .body("items.owner", everyItem(equalTo("acme")))
                .body("items.id", hasItem(own))
                .body("items.id", not(hasItem(theirs)));
        Api.bearer(acme)
                .get("/v1/endpoints?owner=globex")
                .then()
                .statusCode(200)
                .body("items.id", not(hasItem(theirs)));
        Api.bearer(acme)
                .body("{\"owner\":\"globex\"}")
                .patch("/v1/endpoints/" + own)
                .then()
                .statusCode(200)
                .body("owner", equalTo("acme"));
        Api.bearer(acme)
                .body("{\"owner\":null}")
                .patch("/v1/endpoints/" + own)
                .then()
                .body("owner", equalTo("acme"));
        Api.bearer(acme).body(SETTINGS).put("/v1/endpoints/" + theirs).then().statusCode(404);
        Api.bearer(acme)
                .header("If-None-Match", "*")
                .body(SETTINGS)
                .put("/v1/endpoints/" + theirs)
                .then()
                .statusCode(404);
    }

    @Test
    void ownersAskForTheirChannelsOnly() {
        // Given
        var acme = Api.token("{\"owner\":\"acme\",\"channels\":[\"acme:*\"]}", 201);

        // When, Then
        for (var channel : List.of("*", "acme*", "globex:a", "carillon:connections", "carillon:*")) {
            Api.bearer(acme)
                    .body("{\"url\":\"" + receiver.url("/c") + "\",\"channels\":[\"acme:a\",\"" + channel + "\"]}")
                    .post("/v1/endpoints")
                    .then()
                    .statusCode(400)
                    .body("errors.pointer", equalTo(List.of("/channels/1")));
        }
        var id = Api.bearer(acme)
                .body("{\"url\":\"" + receiver.url("/c") + "\",\"channels\":[\"acme:a\",\"acme:b*\"]}")
                .post("/v1/endpoints")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("id");
        Api.operator()
                .body("{\"channels\":[\"acme:a\",\"shared\"]}")
                .patch("/v1/endpoints/" + id)
                .then()
                .statusCode(200);
        Api.bearer(acme)
                .body("{\"description\":\"keeps what others gave it\"}")
                .patch("/v1/endpoints/" + id)
                .then()
                .statusCode(200);
        Api.bearer(acme)
                .body("{\"channels\":[\"other\"]}")
                .patch("/v1/endpoints/" + id)
                .then()
                .statusCode(400);
    }

    @Test
    void rotatingTellsOwnersTheNewSecretOnly() {
        var own =
                Api.register(Api.bearer(Api.token("acme")), receiver.url("/own").toString(), "");

        Api.bearer(Api.token("acme"))
                .body("{}")
                .post("/v1/endpoints/" + own + "/secret:rotate")
                .then()
                .statusCode(200)
                .body("secrets[0].secret", not(nullValue()))
                .body("secrets[1].secret", nullValue())
                .body("secrets[1].expiresAt", not(nullValue()));
    }

    @Test
    void issuesTokensOnlyAsAskedFor() {
        for (var body : List.of(
                "{}",
                "{\"owner\":\"\"}",
                "{\"owner\":7}",
                "{\"owner\":\"a\",\"ttl\":\"8d\"}",
                "{\"owner\":\"a\",\"ttl\":\"0s\"}",
                "{\"owner\":\"a\",\"ttl\":\"soon\"}",
                "{\"owner\":\"a\",\"channels\":[\"a*b\"]}",
                "[]")) {
            assertThat(Api.token(body, 400)).as(body).isNull();
        }
        Api.operator()
                .body("{\"owner\":\"a\",\"ttl\":1}")
                .post("/v1/portal-tokens")
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .body("owner", equalTo("a"));
    }

    private static Response call(String caller, String call, String endpoint, String query) {
        var speaker = caller.equals("token") ? Api.bearer(Api.token("acme")) : Api.key("umbrella-key");
        return send(speaker, call, endpoint, query);
    }

    /// A key may have the scope for secrets, which a token has not; to it the endpoint does not exist.
    private static boolean isSecretOf(String caller, String call) {
        return caller.equals("key") && call.endsWith("/secret");
    }

    private static Response send(RequestSpecification speaker, String call, String endpoint, String query) {
        var parts = List.of(call.split(" ", 2));
        var method = Method.valueOf(parts.getFirst());
        var request = method == Method.GET || method == Method.DELETE ? speaker : speaker.body(body(endpoint));
        var path = parts.getLast()
                .replace("{id}", endpoint)
                .replace("{event}", "evt_1")
                .replace("{operation}", "op_1")
                .replace("{token}", "AAAA");
        return request.request(method, path + query);
    }

    /// What every call finds something in: others pass over what is not for them.
    private static String body(String endpoint) {
        return SETTINGS.replace("{", "{\"endpoint\":\"" + endpoint + "\",\"since\":\"2026-01-02T03:04:05Z\",");
    }
}
