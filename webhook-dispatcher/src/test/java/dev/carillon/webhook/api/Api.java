package dev.carillon.webhook.api;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;

/// Whom tests of the REST API speak as.
final class Api {

    private Api() {}

    static void awaitReady() {
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
    }

    static RequestSpecification operator() {
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

    static String token(String owner) {
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

    private static RequestSpecification plain() {
        return given().spec(new RequestSpecBuilder()
                .setContentType(ContentType.JSON)
                // Else the colon of calls like `:enable` would go out as %3A.
                .setUrlEncodingEnabled(false)
                .build());
    }
}
