package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Channel;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class PollIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "poll:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @Test
    void answersAtOnceWhenSomethingIsThere() {
        // Given
        var start = now();
        publish(0, 3);

        // When
        var answer = poll(start, "30s", 100);

        // Then
        assertThat(numbers(answer)).isNotEmpty().isSubsetOf(0, 1, 2).startsWith(0);
        var last = answer.path("items").path(answer.path("items").size() - 1);
        assertThat(offset(answer)).isEqualTo(last.path("offset").asLong());
    }

    @Test
    void holdsUntilSomethingComes() {
        // Given
        var held = HTTP.postLater("/v1/poll", body(now(), "30s", 100));
        await().atMost(PATIENCE)
                .until(() -> !owner.followers(new Channel(channel)).isEmpty());

        // When
        HTTP.publish(channel, 7);

        // Then
        assertThat(numbers(held.join().json())).containsExactly(7);
    }

    @Test
    void answersEmptyWhenTheTimeIsUp() {
        var start = now();

        var answer = poll(start, "300ms", 100);

        assertThat(answer.path("items")).isEmpty();
        assertThat(offset(answer)).isGreaterThanOrEqualTo(offset(start));
    }

    @Test
    void neverMissesNorRepeatsInSmallSteps() {
        // Given
        var answer = now();
        publish(0, 23);

        // When
        var seen = new ArrayList<Integer>();
        while (seen.size() < 23) {
            answer = poll(answer, "10s", 4);
            assertThat(answer.path("items").size()).isBetween(1, 4);
            seen.addAll(numbers(answer));
        }

        // Then
        assertThat(seen).isEqualTo(IntStream.range(0, 23).boxed().toList());
        assertThat(poll(answer, "0", 4).path("items")).isEmpty();
    }

    @Test
    void loopSeesEveryEventWhileTheyArePublished() throws InterruptedException {
        // Given
        var answer = now();
        var publisher = Thread.ofVirtual().start(() -> publish(0, 100));

        // When
        var seen = new ArrayList<Integer>();
        while (seen.size() < 100) {
            answer = poll(answer, "20s", 7);
            seen.addAll(numbers(answer));
        }

        // Then
        assertThat(seen).isEqualTo(IntStream.range(0, 100).boxed().toList());
        // The last event may be read before its publisher hears that it was taken.
        assertThat(publisher.join(PATIENCE)).isTrue();
    }

    @Test
    void pollsManyChannels() {
        // Given
        var tree = HttpProbe.JSON.createObjectNode().put("wait", "0");
        var channels = tree.putObject("channels");
        IntStream.range(0, 5).forEach(i -> channels.putNull(channel + i));
        var start = HTTP.post("/v1/poll", tree.toString()).json();
        IntStream.range(0, 5).forEach(i -> HTTP.publish(channel + i, i));

        // When
        tree.set("channels", start.path("channels"));
        var seen = new ArrayList<Integer>();
        await().atMost(PATIENCE).until(() -> {
            var answer = HTTP.post("/v1/poll", tree.toString()).json();
            // What is on its way to the node comes with a later poll.
            seen.addAll(numbers(answer));
            tree.set("channels", answer.path("channels"));
            return seen.size() >= 5;
        });

        // Then
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void namesChannelsWhosePastIsGone() {
        // Given
        var start = now();
        publish(0, 2);
        owner.forget(new Channel(channel));
        ((ObjectNode) start.path("channels").path(channel)).put("offset", 0);

        // When
        var answer = poll(start, "30s", 100);

        // Then
        assertThat(answer.path("gaps").toString()).isEqualTo("[\"" + channel + "\"]");
        publish(2, 3);
        assertThat(numbers(poll(answer, "30s", 100))).containsExactly(2);
    }

    @Test
    void saysWhenToAskAgainWithoutAnOwner() {
        // Given
        owner.silent(true);

        // When
        var answer = HTTP.post("/v1/poll", "{\"channels\":{\"" + channel + "\":null},\"wait\":0}");
        owner.silent(false);

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"channels\":{\"a\":7}}",
                "{\"channels\":{\"a\":null},\"wait\":\"31s\"}",
                "{\"channels\":{\"a\":null},\"limit\":0}"
            })
    void refusesBadRequests(String body) {
        var answer = HTTP.post("/v1/poll", body, "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void answersOtherMethodsWithAProblem() {
        assertThat(HTTP.get("/v1/poll").status()).isEqualTo(405);
    }

    private void publish(int from, int to) {
        IntStream.range(from, to).forEach(number -> HTTP.publish(channel, number));
    }

    /// Where the channel is.
    private JsonNode now() {
        var answer = HTTP.post("/v1/poll", "{\"channels\":{\"" + channel + "\":null},\"wait\":0}");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode poll(JsonNode before, String wait, int limit) {
        var answer = HTTP.post("/v1/poll", body(before, wait, limit));
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private static String body(JsonNode before, String wait, int limit) {
        var tree = HttpProbe.JSON.createObjectNode().put("wait", wait).put("limit", limit);
        tree.set("channels", before.path("channels"));
        return tree.toString();
    }

    private long offset(JsonNode answer) {
        return answer.path("channels").path(channel).path("offset").asLong(-1);
    }

    private static List<Integer> numbers(JsonNode answer) {
        return answer.path("items")
                .valueStream()
                .map(item -> item.at("/data/n").asInt(-1))
                .toList();
    }
}
