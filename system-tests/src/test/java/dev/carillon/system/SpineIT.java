package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import dev.carillon.system.Publishing.Accepted;
import dev.carillon.testkit.KafkaProbe;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// One publish rings every bell: real payloads, through the packaged services, to every kind of listener at
/// once.
@NullUnmarked
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SpineIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Comparator<Accepted> LOG_ORDER = Comparator.comparingLong(Accepted::offset);

    private static Fleet fleet;
    private static Publishing publishing;
    private static List<Payload> payloads;

    @BeforeAll
    static void startEverything() {
        payloads = Payload.all();
        fleet = new Fleet();
        fleet.start();
        publishing = new Publishing(fleet);
    }

    @AfterAll
    static void stopEverything() {
        if (publishing != null) {
            publishing.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    @Order(1)
    void everyListenerSeesTheSameEventsInTheSameOrder() {
        // Given
        assertThat(payloads).hasSizeGreaterThanOrEqualTo(200);
        var channels = payloads.stream()
                .map(payload -> channelOf("github", payload))
                .distinct()
                .toList();
        try (var receiver = receiver("github:*");
                var json = socket("json", fleet.firstNode, false, channels, Map.of());
                var protobuf = socket("protobuf", fleet.secondNode, true, channels, Map.of());
                var eventSource = eventSource(channels);
                var longPoll = NodeProcess.start(
                        "long-poll.mjs", "long-poll", Map.of("urls", fleet.nodeUrls(), "channels", channels))) {
            var listeners = List.of(json, protobuf, eventSource, longPoll, receiver);
            List.of(json, protobuf, eventSource, longPoll).forEach(listener -> listener.awaitLine("ready"));

            // When
            var accepted = payloads.stream()
                    .gather(Gatherers.mapConcurrent(8, payload -> publish(channelOf("github", payload), payload)))
                    .toList();

            // Then
            for (var listener : listeners) {
                awaitEvents(listener, accepted.size());
            }
            // Deliveries to one endpoint may overtake each other; each comes once, with the same data.
            assertThat(digestsById(receiver)).isEqualTo(digestsById(accepted));
            var expected = inLogOrder(accepted);
            for (var listener : List.of(json, protobuf, eventSource, longPoll)) {
                assertThat(idsByChannel(listener, event -> event.path("channel").asText()))
                        .as("order at %s", listener)
                        .isEqualTo(expected);
                assertThat(digestsById(listener)).isEqualTo(digestsById(accepted));
                assertThat(offsetsById(listener)).isEqualTo(offsetsById(accepted));
                assertThat(listener.lines("gap")).isEmpty();
            }
        }
    }

    @Test
    @Order(2)
    void clientThatWasOfflineRecoversExactlyWhatItMissed() {
        // Given
        var channel = "offline:news";
        try (var client = socket("offline", fleet.firstNode, false, List.of(channel), Map.of())) {
            client.awaitLine("ready");
            var accepted = new ArrayList<>(publishAll(channel, payloads.subList(0, 5)));
            awaitEvents(client, 5);
            client.say("disconnect");
            client.awaitLine("disconnected");
            accepted.addAll(publishAll(channel, payloads.subList(5, 30)));

            // When
            client.say("connect");

            // Then
            var subscribed = client.awaitLine(
                    "subscribed", line -> line.path("wasRecovering").asBoolean());
            assertThat(subscribed.path("recovered").asBoolean()).isTrue();
            accepted.addAll(publishAll(channel, payloads.subList(30, 33)));
            awaitEvents(client, accepted.size());
            assertThat(idsByChannel(client, event -> event.path("channel").asText()))
                    .isEqualTo(inLogOrder(accepted));
        }
    }

    @Test
    @Order(3)
    void receiverThatFailsTwiceGetsItsThirdAttemptOnSchedule() {
        // Given
        try (var receiver = receiver("flaky:*")) {
            command(receiver, "refuse-twice");

            // When
            var accepted = publish("flaky:orders", payloads.getFirst());

            // Then
            awaitEvents(receiver, 1);
            var attempts = Stream.concat(receiver.lines("refused").stream(), receiver.lines("event").stream())
                    .toList();
            assertThat(attempts)
                    .extracting(SpineIT::id)
                    .containsOnly(accepted.id())
                    .hasSize(3);
            var times = attempts.stream().map(line -> line.path("at").asLong()).toList();
            assertThat(times.get(1) - times.get(0))
                    .as("first retry, due after 1 s")
                    .isBetween(1_000L, 15_000L);
            assertThat(times.get(2) - times.get(1))
                    .as("second retry, due after 3 s")
                    .isBetween(3_000L, 20_000L);
        }
    }

    @Test
    @Order(4)
    void deliveryThatAlwaysFailsIsDeadAndComesBackByReplay() {
        // Given
        try (var receiver = receiver("doomed:*")) {
            command(receiver, "refuse");
            var accepted = publish("doomed:orders", payloads.getFirst());
            var deadLetters = fleet.dispatcher.url("/v1/dead-letters?event=" + accepted.id());
            await("a dead letter")
                    .atMost(PATIENCE)
                    .until(() -> publishing.get(deadLetters).path("items").size() == 1);
            command(receiver, "ok");

            // When
            publishing.post(
                    fleet.dispatcher.url("/v1/dead-letters:replay"), "{\"events\":[\"" + accepted.id() + "\"]}", 202);

            // Then
            awaitEvents(receiver, 1);
            assertThat(receiver.lines("event")).extracting(SpineIT::id).containsExactly(accepted.id());
        }
    }

    @Test
    @Order(5)
    void clientRecoversFromItsOldPositionAfterAllServicesRestart() {
        // Given
        var channel = "durable:news";
        JsonNode position;
        try (var client = socket("before-restart", fleet.firstNode, false, List.of(channel), Map.of())) {
            position = client.awaitLine("subscribed").path("position");
        }
        var accepted = new ArrayList<>(publishAll(channel, payloads.subList(0, 10)));

        // When
        fleet.restart();

        // Then
        accepted.addAll(publishAll(channel, payloads.subList(10, 20)));
        try (var client =
                socket("after-restart", fleet.secondNode, true, List.of(channel), Map.of(channel, position))) {
            assertThat(client.awaitLine("subscribed").path("recovered").asBoolean())
                    .isTrue();
            awaitEvents(client, accepted.size());
            assertThat(idsByChannel(client, event -> event.path("channel").asText()))
                    .isEqualTo(inLogOrder(accepted));
        }
    }

    @Test
    @Order(6)
    void clientsThatTakeChangesSeeTheSameAsTheOthers() {
        // Given
        var channel = "changing:news";
        try (var json = patched("json-changes", fleet.firstNode, false, channel);
                var protobuf = patched("protobuf-changes", fleet.secondNode, true, channel)) {
            var listeners = List.of(json, protobuf);
            listeners.forEach(listener -> listener.awaitLine("ready"));
            var accepted = new ArrayList<>(publishAll(channel, payloads.subList(0, 40)));
            listeners.forEach(listener -> awaitEvents(listener, accepted.size()));
            listeners.forEach(listener -> listener.say("disconnect"));
            listeners.forEach(listener -> listener.awaitLine("disconnected"));
            accepted.addAll(publishAll(channel, payloads.subList(40, 60)));

            // When
            listeners.forEach(listener -> listener.say("connect"));

            // Then
            listeners.forEach(listener -> listener.awaitLine(
                    "subscribed", line -> line.path("recovered").asBoolean()));
            accepted.addAll(publishAll(channel, payloads.subList(60, 80)));
            for (var listener : listeners) {
                awaitEvents(listener, accepted.size());
                assertThat(digestsById(listener)).isEqualTo(digestsById(accepted));
                listener.say("stats");
                assertThat(listener.awaitLine("stats").path("numDeltaPayloads").asInt())
                        .as("publications that came as changes to %s", listener)
                        .isGreaterThan(40);
            }
        }
    }

    @Test
    @Order(7)
    void commandsReachEveryNodeAndAClientThatIsMovedLosesNothing() {
        // Given
        var channel = "moving:news";
        var nodes = fleet.firstNode.url("/v1/nodes");
        await("both nodes know each other")
                .atMost(PATIENCE)
                .until(() -> publishing.get(nodes).path("items").size() == 2);
        try (var client = socket("moving", fleet.secondNode, false, List.of(channel), Map.of())) {
            client.awaitLine("ready");
            var accepted = new ArrayList<>(publishAll(channel, payloads.subList(0, 5)));
            awaitEvents(client, 5);
            var audience = publishing.get(fleet.firstNode.url("/v1/channels?pattern=moving:*"));
            assertThat(audience.at("/items/0/subscribers").asInt()).isEqualTo(1);
            assertThat(audience.path("complete").asBoolean()).isTrue();

            // When
            var drained = publishing.post(fleet.firstNode.url("/v1/nodes/node-2:drain"), "{}", 200);

            // Then
            assertThat(drained.path("touched").asInt()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> publishing
                    .get(fleet.secondNode.url("/v1/channels"))
                    .path("items")
                    .isEmpty());
            accepted.addAll(publishAll(channel, payloads.subList(5, 15)));
            publishing.post(fleet.firstNode.url("/v1/nodes/node-2:accept"), "{}", 200);
            awaitEvents(client, accepted.size());
            assertThat(idsByChannel(client, event -> event.path("channel").asText()))
                    .isEqualTo(inLogOrder(accepted));
        }
    }

    @Test
    @Order(8)
    void pastThatIsRemovedIsGoneOnEveryNode() {
        // Given
        var channel = "forgotten:news";
        publishAll(channel, payloads.subList(0, 5));
        var newest = fleet.secondNode.url("/v1/channels/" + channel + "/events?reverse=true");
        await().atMost(PATIENCE)
                .until(() -> publishing.get(newest).path("items").size() == 5);
        try (var client = socket("forgetful", fleet.firstNode, false, List.of(channel), Map.of())) {
            client.awaitLine("ready");

            // When
            publishing.post(fleet.firstNode.url("/api/history_remove"), "{\"channel\":\"%s\"}".formatted(channel), 200);
            var accepted = publishAll(channel, payloads.subList(5, 8));

            // Then
            awaitEvents(client, 3);
            assertThat(publishing.get(newest).path("items")).hasSize(3);
            assertThat(publishing.get(newest).path("complete").asBoolean()).isTrue();
            var sinceEver = publishing.get(
                    fleet.secondNode.url("/v1/channels/" + channel + "/events?since=2020-01-01T00:00:00Z"));
            assertThat(sinceEver.path("items"))
                    .extracting(item -> item.path("id").asText())
                    .isEqualTo(accepted.stream().map(Accepted::id).toList());
        }
    }

    @Test
    @Order(9)
    void publicLibrariesVerifyAndReadEveryFormat() {
        for (var format : List.of("standard", "ce-binary", "ce-structured")) {
            // Given
            var settings = Publishing.JSON.createObjectNode().put("format", format);
            settings.putArray("signatureStyles").add("stripe").add("github");
            try (var receiver = receiver(format + ":*", settings)) {
                // When
                var accepted = publishAll(format + ":news", payloads.subList(0, 20));

                // Then
                awaitEvents(receiver, accepted.size());
                assertThat(digestsById(receiver)).isEqualTo(digestsById(accepted));
                assertThat(receiver.lines("event")).allSatisfy(line -> {
                    assertThat(line.path("format").asText()).isEqualTo(format);
                    assertThat(line.path("signed")).hasSize(2);
                    if (!format.equals("standard")) {
                        assertThat(line.path("eventId").asText()).isEqualTo(id(line));
                    }
                });
            }
        }
    }

    /// The last one, because everything published before is gone then.
    @Test
    @Order(100)
    void goesOnWhenTopicsAreMadeAnew() {
        // Given
        var channel = "anew:news";
        var before = epochOfPublish(channel);
        try (var client = socket("patient", fleet.firstNode, false, List.of(channel), Map.of())) {
            client.awaitLine("ready");

            // When
            deleteAndAwaitAnother(Topics.INTEREST_STATE);

            // Then
            awaitAnotherEvent(client, channel);

            // When
            deleteAndAwaitAnother(Topics.EVENT_PUBLISHED);

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(epochOfPublish(channel)).isNotEqualTo(before));
            awaitAnotherEvent(client, channel);
            var history = publishing.get(fleet.secondNode.url("/v1/channels/" + channel + "/events"));
            assertThat(history.path("position").path("epoch").asText()).isEqualTo(epochOfPublish(channel));
        }
    }

    /// Owners make it anew when they have noticed.
    private static void deleteAndAwaitAnother(String topic) {
        var probe = new KafkaProbe(fleet.kafka.bootstrapServers());
        var before = topicId(probe, topic);
        probe.deleteTopics(List.of(topic));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> !topicId(probe, topic)
                .equals(before));
    }

    private static Uuid topicId(KafkaProbe probe, String topic) {
        try (var admin = probe.admin()) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .get(topic)
                    .topicId();
        }
    }

    private static String epochOfPublish(String channel) {
        return publishing
                .post(fleet.firstNode.url("/v1/channels/" + channel + "/events"), "{}", 202)
                .path("position")
                .path("epoch")
                .asText();
    }

    private static void awaitAnotherEvent(NodeProcess client, String channel) {
        int seen = client.lines("event").size();
        await().atMost(PATIENCE).untilAsserted(() -> {
            epochOfPublish(channel);
            assertThat(client.lines("event").size())
                    .as(() -> client + " beside events: " + client.otherLines("event"))
                    .isGreaterThan(seen);
        });
    }

    private static String channelOf(String namespace, Payload payload) {
        return namespace + ":" + payload.name();
    }

    /// Some channels are written by backends over HTTP, some by producers of both kinds straight into Kafka.
    private static Accepted publish(String channel, Payload payload) {
        return switch (Math.floorMod(payload.name().hashCode(), 4)) {
            case 0 -> publishing.overKafka(channel, payload);
            case 1 -> publishing.overKafkaWithoutHeaders(channel, payload);
            default -> publishing.overHttp(channel, payload);
        };
    }

    private static List<Accepted> publishAll(String channel, List<Payload> some) {
        return some.stream().map(payload -> publish(channel, payload)).toList();
    }

    private static NodeProcess socket(
            String name, Service node, boolean protobuf, List<String> channels, Map<String, JsonNode> since) {
        return NodeProcess.start(
                "socket.mjs",
                name,
                Map.of("url", node.socketUrl(), "protobuf", protobuf, "channels", channels, "since", since));
    }

    private static NodeProcess patched(String name, Service node, boolean protobuf, String channel) {
        return NodeProcess.start(
                "socket.mjs",
                name,
                Map.of("url", node.socketUrl(), "protobuf", protobuf, "channels", List.of(channel), "delta", "fossil"));
    }

    private static NodeProcess eventSource(List<String> channels) {
        var query = channels.stream()
                .map(channel -> "channel=" + URLEncoder.encode(channel, StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return NodeProcess.start(
                "event-source.mjs",
                "event-source",
                Map.of("url", fleet.secondNode.url("/v1/stream?" + query).toString()));
    }

    /// A receiver, registered for a pattern of channels.
    private static NodeProcess receiver(String pattern) {
        return receiver(pattern, Publishing.JSON.createObjectNode());
    }

    /// The same, with settings of the endpoint.
    private static NodeProcess receiver(String pattern, ObjectNode registration) {
        var receiver = NodeProcess.start("receiver.mjs", "receiver", Map.of());
        var port = receiver.awaitLine("listening").path("port").asInt();
        registration.put("url", "http://127.0.0.1:" + port + "/hooks");
        registration.putArray("channels").add(pattern);
        registration.putArray("schedule").add("1s").add("3s");
        var endpoint = publishing.post(fleet.dispatcher.url("/v1/endpoints"), registration.toString(), 201);
        command(receiver, "secret " + endpoint.path("secret").asText());
        return receiver;
    }

    private static void command(NodeProcess receiver, String word) {
        int before = receiver.lines("understood").size();
        receiver.say(word);
        await().atMost(PATIENCE).until(() -> receiver.lines("understood").size() > before);
    }

    private static void awaitEvents(NodeProcess listener, int count) {
        await("%d events at %s".formatted(count, listener)).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(listener.lines("forged")).isEmpty();
            assertThat(listener.lines("event").size())
                    .as(() -> listener + " beside events: " + listener.otherLines("event"))
                    .isGreaterThanOrEqualTo(count);
        });
        assertThat(listener.lines("event")).as("events at %s", listener).hasSize(count);
    }

    private static String id(JsonNode line) {
        return line.path("id").asText();
    }

    private static Map<String, List<String>> inLogOrder(Collection<Accepted> accepted) {
        return accepted.stream()
                .sorted(LOG_ORDER)
                .collect(Collectors.groupingBy(
                        Accepted::channel, Collectors.mapping(Accepted::id, Collectors.toList())));
    }

    private static Map<String, List<String>> idsByChannel(NodeProcess listener, Function<JsonNode, String> channel) {
        return listener.lines("event").stream()
                .collect(Collectors.groupingBy(channel, Collectors.mapping(SpineIT::id, Collectors.toList())));
    }

    private static Map<String, String> digestsById(Collection<Accepted> accepted) {
        return accepted.stream().collect(Collectors.toMap(Accepted::id, Accepted::digest));
    }

    private static Map<String, String> digestsById(NodeProcess listener) {
        return listener.lines("event").stream().collect(Collectors.toMap(SpineIT::id, line -> line.path("digest")
                .asText()));
    }

    private static Map<String, Long> offsetsById(Collection<Accepted> accepted) {
        return accepted.stream().collect(Collectors.toMap(Accepted::id, Accepted::offset));
    }

    private static Map<String, Long> offsetsById(NodeProcess listener) {
        return listener.lines("event").stream().collect(Collectors.toMap(SpineIT::id, line -> line.path("offset")
                .asLong()));
    }
}
