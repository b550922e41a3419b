package dev.carillon.connection.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.HttpProbe.Answer;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.NamespaceCodec;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(NamespaceIT.Seeded.class)
@WithTestResource(InVmKafkaResource.class)
class NamespaceIT {

    private static final HttpProbe HTTP = new HttpProbe();

    /// Some namespaces come from configuration.
    public static final class Seeded implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "carillon.connection.namespaces.\"seed\".presence", "members",
                    "carillon.connection.namespaces.\"seed\".history-size", "7",
                    "carillon.connection.namespaces.\"seed\".access.subscribe", "token,hook",
                    "carillon.connection.namespaces.\"seed\".max-event-size", "10",
                    "carillon.connection.namespaces.\"named\".channel-pattern", "named:[a-z]+",
                    "carillon.connection.strict-namespaces", "true");
        }
    }

    @BeforeEach
    void awaitReady() {
        Ready.await(HTTP);
    }

    @Test
    void makesChangesAndEndsANamespace() {
        // Made
        var made = put(
                "made",
                "{\"history\":{\"size\":5,\"ttl\":\"90m\"},\"presence\":\"members\",\"joinLeave\":true,"
                        + "\"access\":{\"publish\":[\"anyone\"]}}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).endsWith("/v1/namespaces/made");
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.at("/history/ttl")).isEqualTo("1h30m");
        assertThat(made.at("/access/publish/0")).isEqualTo("anyone");
        assertThat(made.at("/recovery")).isEqualTo("stream");

        // Read by whoever wrote, at once
        assertThat(HTTP.get("/v1/namespaces/made").json()).isEqualTo(made.json());
        assertThat(row("made").history().size()).isEqualTo(5);

        // Changed in part
        var patched = send("PATCH", "made", "{\"ephemeral\":true,\"history\":{\"size\":null}}", "If-Match", "\"1\"");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.header("ETag")).isEqualTo("\"2\"");
        assertThat(patched.json().at("/ephemeral").asBoolean()).isTrue();
        assertThat(patched.json().at("/history/size").asInt()).isEqualTo(1000);
        assertThat(patched.at("/presence")).isEqualTo("members");
        assertThat(send("PATCH", "made", "{}", "If-Match", "\"1\"").status()).isEqualTo(412);

        // Replaced
        var replaced = put("made", "{}");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.at("/presence")).isEqualTo("off");
        assertThat(replaced.json().at("/revision").asInt()).isEqualTo(3);

        // Ended
        assertThat(send("DELETE", "made", "", "If-Match", "\"2\"").status()).isEqualTo(412);
        assertThat(send("DELETE", "made", "").status()).isEqualTo(204);
        assertThat(HTTP.get("/v1/namespaces/made").status()).isEqualTo(404);
        assertThat(send("DELETE", "made", "").status()).isEqualTo(404);
    }

    @Test
    void saysEverythingThatIsWrong() {
        var answer = put(
                "wrong",
                "{\"history\":{\"size\":-1,\"ttl\":\"x\"},\"recovery\":\"some\",\"joinLeave\":true,"
                        + "\"access\":{\"history\":[\"me\"],\"publish\":1},\"channelPattern\":\"(\",\"delta\":1}");

        assertThat(answer.status()).isEqualTo(400);
        var pointers = new ArrayList<String>();
        answer.json()
                .path("errors")
                .forEach(error -> pointers.add(error.path("pointer").asText()));
        assertThat(pointers)
                .containsExactlyInAnyOrder(
                        "/history/size",
                        "/history/ttl",
                        "/recovery",
                        "/joinLeave",
                        "/access/history/0",
                        "/access/publish",
                        "/channelPattern",
                        "/delta");
        assertThat(put("wrong", "[]").status()).isEqualTo(400);
        assertThat(put("a%3Ab", "{}").status()).isEqualTo(400);
        assertThat(put("wrong", "{}", "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(HTTP.get("/v1/namespaces/wrong").status()).isEqualTo(404);
    }

    @Test
    void listsInPages() {
        put("list-b", "{}");
        put("list-a", "{}");
        put("-", "{\"positioning\":true}");

        var names = new ArrayList<String>();
        var after = "";
        do {
            var page = HTTP.get("/v1/namespaces?limit=2" + (after.isEmpty() ? "" : "&after=" + after));
            assertThat(page.status()).isEqualTo(200);
            page.json()
                    .path("items")
                    .forEach(item -> names.add(item.path("name").asText()));
            after = page.at("/next");
        } while (!after.isEmpty());

        assertThat(names)
                .startsWith("-")
                .contains("list-a", "list-b", "named", "seed")
                .doesNotHaveDuplicates();
        assertThat(row("").positioning()).isTrue();
        send("DELETE", "-", "");
    }

    @Test
    void startsWithWhatConfigurationHas() {
        // Known here, and written for everybody else
        assertThat(HTTP.get("/v1/namespaces/seed").at("/presence")).isEqualTo("members");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(row("seed").history().size()).isEqualTo(7);
            assertThat(row("seed").access().subscribe())
                    .containsExactlyInAnyOrder(Namespace.Who.TOKEN, Namespace.Who.HOOK);
        });

        // A change wins, its end goes back
        assertThat(put("seed", "{}").status()).isEqualTo(200);
        assertThat(HTTP.get("/v1/namespaces/seed").at("/presence")).isEqualTo("off");
        assertThat(send("DELETE", "seed", "").status()).isEqualTo(204);
        assertThat(HTTP.get("/v1/namespaces/seed").at("/presence")).isEqualTo("members");
        assertThat(row("seed").history().size()).isEqualTo(7);
    }

    @Test
    void publishingOverHttpMindsTheNamespace() {
        assertThat(publish("seed:a", "12345678901")).isEqualTo(413);
        assertThat(publish("seed:a", "1234567890")).isEqualTo(202);
        assertThat(publish("named:abc", "1")).isEqualTo(202);
        assertThat(publish("named:ABC", "1")).isEqualTo(400);
        assertThat(publish("nowhere:a", "1")).isEqualTo(404);
        assertThat(publish("plain", "1")).isEqualTo(202);
    }

    private static int publish(String channel, String body) {
        return HTTP.post(HttpProbe.events(channel), body, "Content-Type", "application/json")
                .status();
    }

    private static Namespace row(String name) {
        var rows = KafkaProbe.shared().read(Topics.NAMESPACE_STATE).stream()
                .filter(row -> new String(row.key(), StandardCharsets.UTF_8).equals(name))
                .toList();
        assertThat(rows).isNotEmpty();
        byte @Nullable [] value = rows.getLast().value();
        assertThat(value).isNotNull();
        return NamespaceCodec.read(value == null ? new byte[0] : value);
    }

    private static Answer put(String name, String body, String... headers) {
        return send("PUT", name, body, headers);
    }

    private static Answer send(String method, String name, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/json"));
        return HTTP.send(method, "/v1/namespaces/" + name, BodyPublishers.ofString(body), all.toArray(String[]::new))
                .join();
    }
}
