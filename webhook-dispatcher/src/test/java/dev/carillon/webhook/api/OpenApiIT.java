package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.webhook.access.Routes;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That the OpenAPI document says what the service does.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class OpenApiIT {

    private static final String CALL = "POST /v1/endpoints/{call}";

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
    void hasEveryRouteAndNoOther() {
        // Given: calls of endpoints are one route to the framework.
        var documented = new TreeSet<>(document.routes());
        var calls = documented.stream()
                .filter(route -> route.startsWith("POST /v1/endpoints/{id}:"))
                .toList();
        documented.removeAll(calls);
        documented.add(CALL);

        // When, Then
        assertThat(documented).containsExactlyInAnyOrderElementsOf(routes());
        for (var call : calls) {
            var path = call.substring(5).replace("{id}", "ep_none");
            assertThat(Api.operator().post(path).asString()).as(call).contains("no endpoint ep_none");
        }
        var undocumented = Routes.all().stream()
                .map(rule -> rule.method() + " " + rule.template())
                .filter(route -> route.startsWith("POST /v1/endpoints/{id}:") && !calls.contains(route));
        assertThat(undocumented).allSatisfy(call -> {
            var path = call.substring(5).replace("{id}", "ep_none");
            assertThat(Api.operator().post(path).asString()).as(call).contains("no such call");
        });
    }

    @Test
    void everyRouteHasARule() {
        var rules = Routes.all().stream()
                .map(rule -> rule.method() + " " + rule.template())
                .toList();

        assertThat(rules).containsAll(document.routes());
    }

    @Test
    void examplesAreWhatTheSchemasSay() {
        assertThat(document.examples()).hasSizeGreaterThan(10);
        document.examples().forEach(example -> document.check(example.place(), example.value(), example.schema()));
    }

    @Test
    void answersAreWhatTheDocumentSays() {
        // Given
        var full = """
                {"url":"%s","channels":["orders"],"types":["order.created"],"description":"all of it","owner":"o",
                 "headers":{"X-A":"b"},"schedule":["5s"],"rateLimit":5,"giveUpOn":[400],"metadata":{"a":"b"},
                 "signatureStyles":["github"],"enabled":false}
                """.formatted(receiver.url("/doc"));
        var id = Api.register(Api.operator(), receiver.url("/doc").toString(), "");
        var path = "/v1/endpoints/" + id;

        // When, Then
        check("POST /v1/endpoints", Api.operator().body(full).post("/v1/endpoints"));
        check("POST /v1/endpoints", Api.operator().body("{\"url\":1}").post("/v1/endpoints"));
        check(
                "POST /v1/endpoints",
                Api.operator().contentType("text/plain").body("x").post("/v1/endpoints"));
        check("GET /v1/endpoints", Api.operator().get("/v1/endpoints?limit=2"));
        check("GET /v1/endpoints", Api.operator().get("/v1/endpoints?limit=0"));
        check("GET /v1/endpoints", Api.nobody().get("/v1/endpoints"));
        check("GET /v1/endpoints/{id}", Api.operator().get(path));
        check(
                "GET /v1/endpoints/{id}",
                Api.operator().header("If-None-Match", "\"1\"").get(path));
        check("GET /v1/endpoints/{id}", Api.operator().get("/v1/endpoints/none"));
        check("PUT /v1/endpoints/{id}", Api.operator().body(full).put(path));
        check(
                "PUT /v1/endpoints/{id}",
                Api.operator().header("If-None-Match", "*").body(full).put(path));
        check("PUT /v1/endpoints/{id}", Api.operator().body(full).put(path + "-new"));
        check(
                "PATCH /v1/endpoints/{id}",
                Api.operator().body("{\"description\":null}").patch(path));
        check(
                "PATCH /v1/endpoints/{id}",
                Api.operator().header("If-Match", "\"99\"").body("{}").patch(path));
        check("GET /v1/endpoints/{id}/secret", Api.operator().get(path + "/secret"));
        check("POST /v1/endpoints/{id}/secret:rotate", Api.operator().body("{}").post(path + "/secret:rotate"));
        check("POST /v1/endpoints/{id}:enable", Api.operator().post(path + ":enable"));
        check("POST /v1/endpoints/{id}:disable", Api.operator().post(path + ":disable"));
        check("POST /v1/endpoints/{id}:test", Api.operator().post(path + ":test"));
        check("GET /v1/attempts", Api.operator().get("/v1/attempts?limit=200"));
        check("GET /v1/dead-letters", Api.operator().get("/v1/dead-letters?limit=200"));
        check("POST /v1/dead-letters:replay", replay("{\"endpoint\":\"" + id + "\"}"));
        check("POST /v1/dead-letters:replay", replay("{\"endpoint\":\"none\"}"));
        check("POST /v1/portal-tokens", Api.operator().body("{\"owner\":\"o\"}").post("/v1/portal-tokens"));
        check(
                "POST /v1/portal-tokens",
                Api.key("reader-key").body("{\"owner\":\"o\"}").post("/v1/portal-tokens"));
        check("DELETE /v1/endpoints/{id}", Api.operator().delete(path));
        check("DELETE /v1/endpoints/{id}", Api.operator().delete(path));
    }

    /// Whatever does not come so far as to a resource.
    @Test
    void everythingThatIsRefusedIsAProblem() {
        problem(404, Api.operator().get("/v1/nothing"));
        problem(404, Api.operator().get("/nothing"));
        problem(404, Api.operator().post("/v1/endpoints/ep_x:unknown"));
        problem(405, Api.operator().delete("/v1/endpoints"));
        problem(405, Api.operator().get("/v1/portal-tokens"));
        problem(405, Api.operator().post("/v1/endpoints/ep_x"));
        problem(415, Api.operator().contentType("text/plain").body("x").post("/v1/endpoints"));
        problem(415, Api.operator().contentType("application/xml").body("x").patch("/v1/endpoints/ep_x"));
        problem(406, Api.operator().accept("application/xml").get("/v1/endpoints"));
        problem(400, Api.operator().body("{").post("/v1/endpoints"));
        problem(400, Api.operator().body("").post("/v1/endpoints"));
        problem(400, Api.operator().get("/v1/endpoints?limit=many"));
        problem(400, Api.operator().get("/v1/endpoints?after=%25"));
        problem(401, Api.nobody().get("/v1/endpoints"));
        problem(403, Api.key("reader-key").delete("/v1/endpoints/ep_x"));
    }

    private void problem(int status, Response answer) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getInt("status")).isEqualTo(status);
        assertThat(answer.jsonPath().getString("type")).startsWith("/problems/");
    }

    private void check(String route, Response answer) {
        document.checkAnswer(route, answer.statusCode(), answer.asString());
    }

    private static Response replay(String body) {
        RequestSpecification operator = Api.operator().body(body);
        return operator.post("/v1/dead-letters:replay");
    }

    /// What the framework is told to serve: all resources of this package.
    private static List<String> routes() {
        var routes = new ArrayList<String>();
        try (var files = Files.list(java.nio.file.Path.of(EndpointResource.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("dev/carillon/webhook/api"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> load(OpenApiIT.class.getPackageName() + "." + name.replace(".class", "")))
                    .filter(type -> type.isAnnotationPresent(Path.class))
                    .forEach(type -> Stream.of(type.getDeclaredMethods())
                            .filter(method -> !verb(method).isEmpty())
                            .forEach(method -> routes.add(verb(method) + " " + path(type, method))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return routes;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, OpenApiIT.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String verb(Method method) {
        return Stream.of(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(java.util.Objects::nonNull)
                .map(HttpMethod::value)
                .findFirst()
                .orElse("");
    }

    private static String path(Class<?> type, Method method) {
        var below = method.getAnnotation(Path.class);
        var path = type.getAnnotation(Path.class).value() + (below == null ? "" : "/" + below.value());
        return path.replaceAll("\\{(\\w+)\\s*:[^}]*}", "{$1}");
    }
}
