package dev.carillon.webhook.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.intake.Deliveries;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Whom tests of the REST API speak as, and what fanout writes meanwhile.
public final class Api {

    /// Where events are in the log: each further on than all before it, whichever test it is for.
    private static final AtomicLong LOG = new AtomicLong(System.nanoTime());

    private Api() {}

    public static void awaitReady() {
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    public static RequestSpecification operator() {
        return plain().header("X-API-Key", "right-key");
    }

    static RequestSpecification key(String key) {
        return plain().header("X-API-Key", key);
    }

    /// Whoever has a portal token.
    static RequestSpecification bearer(String token) {
        return plain().header("Authorization", "Bearer " + token);
    }

    static RequestSpecification nobody() {
        return plain();
    }

    public static String token(String owner) {
        return token("{\"owner\":\"" + owner + "\",\"ttl\":\"10m\"}", 201);
    }

    static String token(String body, int status) {
        return operator()
                .body(body)
                .post("/v1/portal-tokens")
                .then()
                .statusCode(status)
                .extract()
                .path("token");
    }

    /// @return its id
    static String register(RequestSpecification caller, String url, String more) {
        return caller.body("{\"url\":\"" + url + "\",\"channels\":[\"orders\"]" + more + "}")
                .post("/v1/endpoints")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    /// An event that fanout has for an endpoint.
    public static void deliver(String endpoint, String id) {
        deliver(endpoint, id, "application/json", "1");
    }

    /// @return where it is in the log
    static long deliver(String endpoint, String id, String contentType, String data) {
        long offset = LOG.incrementAndGet();
        deliver(endpoint, id, contentType, data, offset);
        return offset;
    }

    /// Once more what fanout wrote before.
    static void deliverAgain(String endpoint, String id, long offset) {
        deliver(endpoint, id, "application/json", "1", offset);
    }

    private static void deliver(String endpoint, String id, String contentType, String data, long offset) {
        var event = new Event(
                new Event.Id(id),
                "order.created",
                "/shop",
                Instant.parse("2026-01-02T03:04:05Z"),
                new Channel("orders"),
                contentType,
                ByteString.copyFromUtf8(data),
                Map.of(),
                null);
        KafkaProbe.shared().produce(Deliveries.delivery(endpoint, event, offset));
    }

    private static RequestSpecification plain() {
        return given().spec(new RequestSpecBuilder()
                .setContentType(ContentType.JSON)
                // Else the colon of calls like `:enable` would go out as %3A.
                .setUrlEncodingEnabled(false)
                .build());
    }
}
