package dev.carillon.webhook.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.webhook.access.Routes;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// That the OpenAPI document has what the service serves, and agrees with itself.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class OpenApiIT {

    /// Several calls, each a path of its own, that are one route to the framework.
    private static final Pattern CALL = Pattern.compile("\\{\\w+}:[\\w-]+$");
    /// Several paths that are one route to the framework: `{view: stats|backlog}`.
    private static final Pattern CHOICE = Pattern.compile("\\{\\w+:\\s*([\\w-]+(?:\\|[\\w-]+)+)\\s*}");

    private ApiDocument document = new ApiDocument("{}");

    @BeforeEach
    void ready() {
        Api.awaitReady();
        document = new ApiDocument(Api.nobody().get("/q/openapi?format=json").asString());
    }

    @Test
    void hasEveryRouteAndNoOther() {
        // Given
        var served = routes();
        var calls = document.routes().stream()
                .filter(route -> !served.contains(route))
                .toList();

        // When
        var documented = document.routes().stream()
                .map(route ->
                        served.contains(route) ? route : CALL.matcher(route).replaceFirst("{call}"))
                .collect(Collectors.toSet());

        // Then
        assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
        assertThat(calls).hasSizeGreaterThan(10).allSatisfy(call -> {
            var path = call.substring("POST ".length()).replaceAll("\\{\\w+}", "none");
            var answer = Api.operator().post(path);
            assertThat(answer.statusCode()).as(call).isIn(400, 404);
            assertThat(answer.asString()).as(call).doesNotContain("no such call");
        });
    }

    @Test
    void everyRouteHasARuleAndNoOther() {
        var rules = Routes.all().stream()
                .map(rule -> rule.method() + " " + rule.template())
                .toList();

        assertThat(rules).containsExactlyInAnyOrderElementsOf(document.routes());
    }

    @Test
    void examplesAreWhatTheSchemasSay() {
        assertThat(document.examples()).hasSizeGreaterThan(10);
        document.examples().forEach(example -> document.check(example.place(), example.value(), example.schema()));
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

    /// What the framework is told to serve: all resources of this package.
    private static Set<String> routes() {
        var routes = new TreeSet<String>();
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
                            .forEach(method ->
                                    paths(type, method).forEach(path -> routes.add(verb(method) + " " + path))));
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

    /// Its path as in the document; one for each choice.
    private static Stream<String> paths(Class<?> type, Method method) {
        var below = method.getAnnotation(Path.class);
        var path = type.getAnnotation(Path.class).value() + (below == null ? "" : "/" + below.value());
        var choice = CHOICE.matcher(path);
        var chosen =
                choice.find() ? Stream.of(choice.group(1).split("\\|", -1)).map(choice::replaceFirst) : Stream.of(path);
        return chosen.map(one -> one.replaceAll("\\{(\\w+)\\s*:[^}]*}", "{$1}"));
    }
}
