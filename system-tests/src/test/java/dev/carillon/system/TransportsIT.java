package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The unmodified npm SDK over all of its transports, on two nodes: streams come from one, and what clients
/// send beside them goes to the other.
@NullUnmarked
class TransportsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Fleet fleet;

    @BeforeAll
    static void startNodes() {
        fleet = new Fleet();
        var services = List.of(fleet.firstNode, fleet.secondNode, fleet.firstOwner);
        services.forEach(Service::start);
        services.forEach(Service::awaitReady);
    }

    @AfterAll
    static void stopNodes() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "websocket, websocket, false",
        "websocket, websocket, true",
        "sse, sse, false",
        "http_stream, http_stream, false",
        "http_stream, http_stream, true"
    })
    void sdkDoesEverythingOver(String transport, String path, boolean protobuf) {
        var channel = "transports:" + UUID.randomUUID();
        try (var client = start(List.of(endpoint(transport, path)), protobuf, channel)) {
            // Given
            assertThat(client.awaitLine("connected").path("transport").asText()).isEqualTo(transport);
            client.awaitLine("subscribed");

            // When
            client.say("publish");

            // Then
            awaitNumbers(client, 10);
            client.say("history");
            assertThat(numbers(client.awaitLine("history").path("numbers"))).isEqualTo(upTo(10));

            // And it recovers what it missed
            client.say("disconnect");
            client.awaitLine("disconnected");
            publishElsewhere(channel, 10, 20);
            client.say("connect");
            var subscribed = client.awaitLine(
                    "subscribed", line -> line.path("wasRecovering").asBoolean());
            assertThat(subscribed.path("recovered").asBoolean()).isTrue();
            awaitNumbers(client, 20);
            assertThat(client.lines("error")).isEmpty();
        }
    }

    @Test
    void sdkFallsBackWhenWebSocketDoesNotPass() {
        var channel = "transports:" + UUID.randomUUID();
        var list = List.of(endpoint("websocket", "no_such_path"), endpoint("sse", "sse"));
        try (var client = start(list, false, channel)) {
            assertThat(client.awaitLine("connected").path("transport").asText()).isEqualTo("sse");
            client.awaitLine("subscribed");

            client.say("publish");

            awaitNumbers(client, 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"sse", "http_stream"})
    void sdkComesBackAndRecoversWhenItsNodeStarts(String transport) {
        var channel = "transports:" + UUID.randomUUID();
        try (var client = start(List.of(endpoint(transport, transport)), false, channel)) {
            // Given
            client.awaitLine("subscribed");
            client.say("publish");
            awaitNumbers(client, 10);

            // When
            fleet.firstNode.stop();
            publishElsewhere(channel, 10, 20);
            fleet.firstNode.start();

            // Then
            awaitNumbers(client, 20);
            var subscribed = client.awaitLine(
                    "subscribed", line -> line.path("wasRecovering").asBoolean());
            assertThat(subscribed.path("recovered").asBoolean()).isTrue();
            client.say("publish");
            await().atMost(PATIENCE).until(() -> client.lines("event").size() == 30);
        } finally {
            fleet.firstNode.awaitReady();
        }
    }

    private static NodeProcess start(List<Map<String, String>> transports, boolean protobuf, String channel) {
        var name = transports.getLast().get("transport") + (protobuf ? "-protobuf" : "");
        return NodeProcess.start(
                "transports.mjs",
                name,
                Map.of(
                        "transports", transports,
                        "emulation", fleet.secondNode.url("/emulation").toString(),
                        "protobuf", protobuf,
                        "channel", channel));
    }

    private static Map<String, String> endpoint(String transport, String path) {
        var url = fleet.firstNode.url("/connection/" + path).toString();
        return Map.of(
                "transport",
                transport,
                "endpoint",
                transport.equals("websocket") ? url.replaceFirst("http", "ws") : url);
    }

    private static void publishElsewhere(String channel, int from, int to) {
        try (var http = HttpClient.newHttpClient()) {
            for (int n = from; n < to; n++) {
                var request = HttpRequest.newBuilder(fleet.secondNode.url("/v1/channels/" + channel + "/events"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"n\":" + n + "}"))
                        .build();
                assertThat(http.sendAsync(request, BodyHandlers.discarding())
                                .join()
                                .statusCode())
                        .isEqualTo(202);
            }
        }
    }

    private static void awaitNumbers(NodeProcess client, int count) {
        await(count + " events at " + client).atMost(PATIENCE).untilAsserted(() -> assertThat(client.lines("event"))
                .as(() -> client + " beside events: " + client.otherLines("event"))
                .extracting(line -> line.path("n").asInt())
                .isEqualTo(upTo(count)));
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Integer> numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }
}
