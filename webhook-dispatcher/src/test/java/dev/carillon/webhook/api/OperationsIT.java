package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What operators can see and do beyond endpoints, over HTTP.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class OperationsIT {

    private static final Duration LONG = Duration.ofSeconds(90);

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
    void replaysByFilterAndTellsHowFarItIs() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        var owner = "owner-" + UUID.randomUUID();
        var one = create("/one", owner);
        var other = create("/other", "somebody-else");
        Api.deliver(one, "event-1");
        Api.deliver(one, "event-2");
        Api.deliver(other, "event-3");
        await().atMost(LONG).untilAsserted(() -> {
            letters(one).body("items", hasSize(2));
            letters(other).body("items", hasSize(1));
        });
        receiver.answer(_ -> Answer.of(200));
        receiver.forget();

        // When, Then
        post("/v1/dead-letters:replay", "{\"owner\":\"" + owner + "\",\"reason\":[\"exhausted\"],\"dryRun\":true}")
                .statusCode(200)
                .body("count", equalTo(2))
                .body("reasons.exhausted", equalTo(2));
        post("/v1/dead-letters:replay", "{\"owner\":\"" + owner + "\",\"reason\":\"gone\",\"dryRun\":true}")
                .body("count", equalTo(0));
        assertThat(receiver.received()).isEmpty();

        // When
        var operation = operation(post("/v1/dead-letters:replay", "{\"owner\":\"" + owner + "\"}"));

        // Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + operation)
                .statusCode(200)
                .body("state", equalTo("done"))
                .body("command", equalTo("replay"))
                .body("subject.owner", equalTo(owner))
                .body("done", equalTo(2))
                .body("remaining", equalTo(0))
                .body("partitions", hasSize(WebhookProfile.PARTITIONS))
                .body("partitions.state", everyItem(equalTo("done")))
                .body("ended", notNullValue()));
        await().atMost(LONG).until(() -> receiver.received("/one").size() == 2);
        assertThat(receiver.received("/other")).isEmpty();
        get("/v1/operations?owner=" + owner).body("items.operation", equalTo(List.of(operation)));
        post("/v1/operations/" + operation + ":cancel", "{}").statusCode(409);
        get("/v1/operations/op_none").statusCode(404).contentType("application/problem+json");
        get("/v1/ledger?endpoint=" + one)
                .body("accepted", equalTo(2))
                .body("dead", equalTo(2))
                .body("replays.accepted", equalTo(2));
    }

    @Test
    void purgesForGood() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        var endpoint = create("/purged", "");
        Api.deliver(endpoint, "event-1");
        Api.deliver(endpoint, "event-2");
        await().atMost(LONG).untilAsserted(() -> letters(endpoint).body("items", hasSize(2)));

        // When
        var body = "{\"endpoint\":\"" + endpoint + "\",\"events\":[\"event-1\"]}";
        var operation = operation(post("/v1/dead-letters:purge", body));

        // Then
        await().atMost(LONG)
                .untilAsserted(() -> get("/v1/operations/" + operation).body("state", equalTo("done")));
        letters(endpoint).body("items.event", equalTo(List.of("event-2")));
        post("/v1/dead-letters:replay", "{\"endpoint\":\"" + endpoint + "\",\"again\":true,\"dryRun\":true}")
                .body("count", equalTo(1));
    }

    @Test
    void resendsAndCancelsSingleDeliveries() {
        // Given
        var endpoint = create("/single", "");
        Api.deliver(endpoint, "event:1/a");
        await().atMost(LONG).until(() -> receiver.received("/single").size() == 1);

        // When
        var resend = operation(post("/v1/deliveries/event:1/a:resend?endpoint=" + endpoint, "{}"));

        // Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + resend).body("state", equalTo("done")));
        await().atMost(LONG).until(() -> receiver.received("/single").size() == 2);
        assertThat(receiver.received("/single"))
                .extracting(request -> request.header("webhook-id"))
                .containsOnly(receiver.received("/single").getFirst().header("webhook-id"));

        // Given
        receiver.answer(_ -> Answer.of(500));
        var patient = create("/patient", "", "\"10m\"");
        Api.deliver(patient, "event-c");
        await().atMost(LONG).untilAsserted(() -> get("/v1/deliveries/event-c?endpoint=" + patient)
                .body("items[0].state", equalTo("pending"))
                .body("items[0].attempts", hasSize(1)));
        get("/v1/endpoints/" + patient + "/backlog").statusCode(200).body("retrying", equalTo(1));

        // When
        var cancel = operation(post("/v1/deliveries/event-c:cancel", "{\"endpoint\":\"" + patient + "\"}"));

        // Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + cancel).body("state", equalTo("done")));
        await().atMost(LONG).untilAsserted(() -> get("/v1/deliveries/event-c?endpoint=" + patient)
                .body("items[0].state", equalTo("cancelled")));
        post("/v1/deliveries/event-c:resend", "{}").statusCode(400).body("errors.pointer", hasItem("/endpoint"));
        post("/v1/deliveries/event-c:resend", "{\"endpoint\":\"none\"}").statusCode(404);
        post("/v1/deliveries/event-c:jump", "{}").statusCode(404);
    }

    @Test
    void deliversAgainWhatIsMissingOrAllOfAStretchOfTime() {
        // Given: of three deliveries the receiver takes one.
        receiver.answer(request -> Answer.of("taken".equals(request.header("webhook-id")) ? 200 : 500));
        var owner = "recovered-" + UUID.randomUUID();
        var endpoint = create("/recovered", owner);
        var since = Instant.now().minusSeconds(60);
        List.of("taken", "refused", "unlucky").forEach(event -> Api.deliver(endpoint, event));
        var call = "/v1/endpoints/" + endpoint;
        await().atMost(LONG).untilAsserted(() -> {
            letters(endpoint).body("items", hasSize(2));
            get(call + "/attempts?status=delivered").body("items", hasSize(1));
        });
        receiver.answer(_ -> Answer.of(200));
        receiver.forget();

        // When
        var missing = operation(post(call + ":replay-missing", "{}"));

        // Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + missing)
                .body("state", equalTo("done"))
                .body("command", equalTo("replay-missing"))
                .body("owner", equalTo(owner))
                .body("subject.endpoint", equalTo(endpoint))
                .body("done", equalTo(2))
                .body("remaining", equalTo(0))
                .body("partitions", hasSize(1)));
        await().atMost(LONG).until(() -> receiver.received("/recovered").size() == 2);
        assertThat(ids("/recovered")).containsExactlyInAnyOrder("refused", "unlucky");
        await().atMost(LONG)
                .untilAsserted(() -> get(call + "/attempts?status=delivered").body("items", hasSize(3)));

        // When
        receiver.forget();
        var recover = operation(post(call + ":recover", "{\"since\":\"" + since + "\"}"));
        var nothing = operation(
                post(call + ":recover", "{\"since\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-01-02T00:00:00Z\"}"));

        // Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + recover)
                .body("state", equalTo("done"))
                .body("command", equalTo("recover"))
                .body("done", equalTo(3)));
        await().atMost(LONG).untilAsserted(() -> get("/v1/operations/" + nothing)
                .body("state", equalTo("done"))
                .body("done", equalTo(0)));
        await().atMost(LONG).until(() -> receiver.received("/recovered").size() == 3);
        assertThat(ids("/recovered")).containsExactlyInAnyOrder("taken", "refused", "unlucky");
        get("/v1/operations?owner=" + owner).body("items.operation", equalTo(List.of(nothing, recover, missing)));
    }

    @Test
    void refusesToRecoverWhatCannotBeMeant() {
        var call = "/v1/endpoints/" + create("/unrecovered", "");

        post(call + ":recover", "{}").statusCode(400).body("errors.pointer", hasItem("/since"));
        post(call + ":recover", "{\"since\":\"2026-01-02T00:00:00Z\",\"until\":\"2026-01-01T00:00:00Z\"}")
                .statusCode(400)
                .body("errors.pointer", hasItem("/until"));
        for (var time : List.of("yesterday", "+999999999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z")) {
            post(call + ":replay-missing", "{\"since\":\"" + time + "\"}")
                    .statusCode(400)
                    .body("errors.pointer", hasItem("/since"));
        }
        post("/v1/endpoints/none:recover", "{\"since\":\"2026-01-01T00:00:00Z\"}")
                .statusCode(404);
    }

    @Test
    void listsAttemptsByWhateverIsAskedForAndPagesThroughThem() {
        // Given
        var answers = new ArrayList<>(List.of(500, 503));
        receiver.answer(_ -> Answer.of(answers.isEmpty() ? 200 : answers.removeFirst()));
        var owner = "pager-" + UUID.randomUUID();
        var endpoint = create("/listed", owner);
        for (int i = 1; i <= 6; i++) {
            Api.deliver(endpoint, "event-" + i);
        }
        var all = "/v1/endpoints/" + endpoint + "/attempts";
        await().atMost(LONG).untilAsserted(() -> get(all).body("items", hasSize(8)));

        // When
        var seen = new ArrayList<String>();
        var after = "";
        do {
            var page = get("/v1/attempts?owner=" + owner + "&limit=3" + after)
                    .extract()
                    .jsonPath();
            seen.addAll(page.<String>getList("items.event"));
            after = page.getString("next") == null ? "" : "&after=" + page.getString("next");
        } while (!after.isEmpty());

        // Then
        assertThat(seen).hasSize(8);
        assertThat(get(all).extract().jsonPath().<String>getList("items.event")).isEqualTo(seen);
        get(all + "?status=5xx").body("items", hasSize(2)).body("items.outcome", everyItem(equalTo("failed")));
        get(all + "?status=503").body("items", hasSize(1));
        get(all + "?status=delivered").body("items", hasSize(6));
        get(all + "?since=" + Instant.now().plusSeconds(60)).body("items", empty());
        get(all + "?status=odd").statusCode(400);
        get(all + "?after=odd").statusCode(400);
        get("/v1/endpoints/none/attempts").statusCode(404);
        get("/v1/endpoints/" + endpoint + "/stats")
                .statusCode(200)
                .body("hour.outcomes.delivered", equalTo(6))
                .body("hour.outcomes.failed", equalTo(2))
                .body("hour.successRate", equalTo(0.75f))
                .body("day.millis.p99", notNullValue())
                .body("lastSuccess", endsWith("Z"))
                .body("backlog.waiting", equalTo(0));
    }

    @Test
    void drawsTheLedgerUp() {
        // Given
        var owner = "ledger-" + UUID.randomUUID();
        var endpoint = create("/ledger", owner);
        for (int i = 1; i <= 5; i++) {
            Api.deliver(endpoint, "event-" + i);
        }

        // When, Then
        await().atMost(LONG).untilAsserted(() -> get("/v1/ledger?owner=" + owner)
                .statusCode(200)
                .body("accepted", equalTo(5))
                .body("delivered", equalTo(5))
                .body("pending", equalTo(0))
                .body("lost", equalTo(0))
                .body("balanced", equalTo(true))
                .body("complete", equalTo(true))
                .body("discrepancies", empty()));
        get("/v1/ledger?owner=nobody").body("accepted", equalTo(0)).body("balanced", equalTo(true));
        get("/v1/ledger").body("accepted", greaterThanOrEqualTo(5)).body("lost", equalTo(0));
        get("/v1/ledger?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z").statusCode(400);
        get("/v1/ledger?since=yesterday").statusCode(400).body("errors.pointer", hasItem("since"));
        get("/v1/ledger?after=odd").statusCode(400);
    }

    private List<String> ids(String path) {
        return receiver.received(path).stream()
                .map(request -> String.valueOf(request.header("webhook-id")))
                .toList();
    }

    private String create(String path, String owner) {
        return create(path, owner, "\"1s\"");
    }

    private String create(String path, String owner, String schedule) {
        var body = "{\"url\":\"" + receiver.url(path) + "\",\"channels\":[\"orders\"],\"schedule\":[" + schedule + "]"
                + (owner.isEmpty() ? "" : ",\"owner\":\"" + owner + "\"") + "}";
        return post("/v1/endpoints", body).statusCode(201).extract().path("id");
    }

    private static String operation(ValidatableResponse accepted) {
        JsonPath answer = accepted.statusCode(202)
                .header("Location", notNullValue())
                .body("operation", startsWith("op_"))
                .extract()
                .jsonPath();
        return answer.getString("operation");
    }

    private static ValidatableResponse letters(String endpoint) {
        return get("/v1/dead-letters?endpoint=" + endpoint).statusCode(200);
    }

    private static ValidatableResponse get(String path) {
        return Api.operator().get(path).then();
    }

    private static ValidatableResponse post(String path, String body) {
        return Api.operator().body(body).post(path).then();
    }
}
