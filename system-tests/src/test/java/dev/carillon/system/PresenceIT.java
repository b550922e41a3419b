package dev.carillon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who is in a channel, on two nodes, as the public SDK sees it.
@NullUnmarked
class PresenceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHANNEL = "room:lobby";

    private static Fleet fleet;
    private static Publishing http;

    @BeforeAll
    static void startEverything() {
        fleet = new Fleet();
        fleet.start();
        http = new Publishing(fleet);
        http.put(fleet.firstNode.url("/v1/namespaces/room"), "{\"presence\":\"members\",\"joinLeave\":true}", 201);
        await("the other node to know the namespace").atMost(PATIENCE).until(() -> http.get(
                        fleet.secondNode.url("/v1/namespaces"))
                .toString()
                .contains("room"));
    }

    @AfterAll
    static void stopEverything() {
        if (http != null) {
            http.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void everybodySeesWhoComesAndGoesWhateverTheNode() {
        try (var anna = member("anna", fleet.firstNode, false);
                var bert = member("bert", fleet.secondNode, true)) {
            // Both find themselves at once, and each other soon
            assertThat(users(anna.awaitLine("first"))).contains("anna");
            assertThat(users(bert.awaitLine("first"))).contains("bert");
            awaitChange(anna, "join", "bert");
            assertThat(ask(anna, "who").path("clients"))
                    .extracting(client -> client.path("name").asText())
                    .containsExactlyInAnyOrder("ANNA", "BERT");
            assertThat(users(ask(bert, "who"))).containsExactlyInAnyOrder("anna", "bert");
            assertThat(ask(bert, "how-many").path("numClients").asInt()).isEqualTo(2);
            assertThat(http.get(fleet.secondNode.url("/v1/channels/room%3Alobby/presence-stats"))
                            .toString())
                    .isEqualTo("{\"clients\":2,\"users\":2}");

            // Whoever is back at once was never away
            bert.say("disconnect");
            bert.awaitLine("disconnected");
            bert.say("connect");
            await().atMost(PATIENCE).until(() -> bert.lines("connected").size() == 2);
            try (var carl = member("carl", fleet.firstNode, false)) {
                carl.awaitLine("first");
                awaitChange(anna, "join", "carl");
            }
            awaitChange(anna, "leave", "carl");
            assertThat(changes(anna)).containsOnlyOnce("join bert").doesNotContain("leave bert");

            // Members of a node that dies leave when its lease ends
            fleet.secondNode.kill();
            awaitChange(anna, "leave", "bert");
            assertThat(users(ask(anna, "who"))).containsExactly("anna");

            // And are back when it is
            fleet.secondNode.start();
            fleet.secondNode.awaitReady();
            await().atMost(PATIENCE).until(() -> changes(anna).getLast().equals("join bert"));
            assertThat(users(ask(anna, "who"))).containsExactlyInAnyOrder("anna", "bert");
        }
    }

    private static NodeProcess member(String user, Service node, boolean protobuf) {
        return NodeProcess.start(
                "member.mjs",
                user,
                Map.of(
                        "url", node.socketUrl(),
                        "protobuf", protobuf,
                        "user", user,
                        "secret", Fleet.TOKEN_SECRET,
                        "channel", CHANNEL));
    }

    private static JsonNode ask(NodeProcess member, String question) {
        int before = member.lines(question).size();
        member.say(question);
        await("%s to be answered %s".formatted(member, question))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(member.lines(question).size())
                        .as(() -> member + " beside: " + member.otherLines(question))
                        .isGreaterThan(before));
        return member.lines(question).getLast();
    }

    private static List<String> users(JsonNode answer) {
        return StreamSupport.stream(answer.path("clients").spliterator(), false)
                .map(client -> client.path("user").asText())
                .toList();
    }

    private static void awaitChange(NodeProcess member, String what, String user) {
        await("%s to see %s %s".formatted(member, what, user)).atMost(PATIENCE).untilAsserted(() -> assertThat(
                        changes(member))
                .as(() -> member + " beside: " + member.otherLines("change"))
                .contains(what + " " + user));
    }

    private static List<String> changes(NodeProcess member) {
        return member.lines("change").stream()
                .map(change ->
                        change.path("what").asText() + " " + change.path("user").asText())
                .toList();
    }
}
