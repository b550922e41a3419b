package dev.carillon.testkit.conformance;

import static dev.carillon.testkit.conformance.Talker.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Who is in a channel, and what the application does to connections: whatever node it says it to, and whatever
/// node they are on.
final class Members {

    /// The namespace whose members are known, see [Pack#SETTINGS].
    static final String NAMESPACE = "room";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Members() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("everybody in a channel is seen by everybody", Members::presence),
                new Scenario("who comes and who goes is told once", Members::comingAndGoing),
                new Scenario("the application ends a subscription", Members::unsubscribes),
                new Scenario("the application subscribes a client", Members::subscribes),
                new Scenario("the application ends a connection with a code of its own", Members::disconnects),
                new Scenario("the application lets a connection expire", Members::expires),
                new Scenario("a token brings channels", Members::tokenChannels),
                new Scenario("who goes to another node goes on where it was", Members::moves));
    }

    private static void presence(Stage stage) {
        var channel = NAMESPACE + ":" + stage.channel("who");
        var anna = user(stage, "anna", 0);
        var bert = user(stage, "bert", 1);
        anna.subscribe(channel);
        bert.subscribe(channel);
        for (var client : List.of(anna, bert)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(present(client, channel)).containsExactly("anna", "bert"));
            assertThat(client.call(new Method.PresenceStats(channel))).isEqualTo(new Result.PresenceStats(2, 2));
        }
        var read = stage.http().get("/v1/channels/" + NodeHttp.encode(channel) + "/presence-stats");
        assertThat(read.body()).isEqualTo("{\"clients\":2,\"users\":2}");
    }

    private static void comingAndGoing(Stage stage) {
        var channel = NAMESPACE + ":" + stage.channel("door");
        var anna = user(stage, "anna", 0);
        anna.subscribe(Asked.of(channel).withChanges().make());
        var bert = user(stage, "bert", 1);
        bert.subscribe(channel);
        awaitChanges(anna, channel, "+bert");
        bert.call(new Method.Unsubscribe(channel));
        awaitChanges(anna, channel, "+bert", "-bert");
        assertThat(present(anna, channel)).containsExactly("anna");
    }

    private static void unsubscribes(Stage stage) {
        var channel = stage.channel("ended");
        var name = stage.channel("dora");
        var clients = List.of(user(stage, name, 0), user(stage, name, 1));
        clients.forEach(client -> client.subscribe(channel));
        assertThat(touched(stage, "unsubscribe", "{\"user\":\"%s\",\"channel\":\"%s\"}".formatted(name, channel)))
                .isEqualTo(2);
        clients.forEach(client -> client.awaitPush(Push.to(channel, new Push.Unsubscribe(2000, "server unsubscribe"))));
        clients.forEach(client -> client.subscribe(channel));
    }

    private static void subscribes(Stage stage) {
        var channel = stage.channel("given");
        var name = stage.channel("emil");
        var clients = List.of(user(stage, name, 0), user(stage, name, 1));
        assertThat(touched(stage, "subscribe", "{\"user\":\"%s\",\"channel\":\"%s\"}".formatted(name, channel)))
                .isEqualTo(2);
        clients.forEach(client -> await().atMost(PATIENCE).until(() -> client.replies().stream()
                .anyMatch(reply -> reply instanceof Push push
                        && push.body() instanceof Push.Subscribe
                        && push.channel().equals(channel))));
        stage.http().publish(channel, "1");
        clients.forEach(client ->
                assertThat(texts(client.awaitPublications(channel, 1))).containsExactly("1"));
    }

    private static void disconnects(Stage stage) {
        var name = stage.channel("fritz");
        var clients = List.of(user(stage, name, 0), user(stage, name, 1));
        var other = user(stage, stage.channel("gina"), 0);
        var body = "{\"user\":\"%s\",\"code\":4321,\"reason\":\"enough\"}".formatted(name);
        assertThat(touched(stage, "disconnect", body)).isEqualTo(2);
        assertThat(clients).extracting(Talker::closed).containsOnly(4321);
        other.subscribe(stage.channel("fine"));
    }

    private static void expires(Stage stage) {
        var name = stage.channel("hans");
        var client = user(stage, name, 1);
        assertThat(touched(stage, "refresh", "{\"user\":\"%s\",\"expired\":true}".formatted(name)))
                .isEqualTo(1);
        assertThat(client.closed()).isEqualTo(3005);
    }

    private static void tokenChannels(Stage stage) {
        var channel = stage.channel("brought");
        var client = stage.open();
        var token = TokenMint.bringing("anna", List.of(channel));
        var connected = (Result.Connect) client.call(Method.Connect.EMPTY.withToken(token));
        assertThat(connected.subs()).containsOnlyKeys(channel);
        stage.http().publish(channel, "1");
        assertThat(texts(client.awaitPublications(channel, 1))).containsExactly("1");
    }

    private static void moves(Stage stage) {
        var channel = stage.channel("moving");
        var first = stage.connected(0);
        var epoch = first.subscribe(channel).position().epoch();
        stage.http().publish(channel, "1");
        long offset = first.awaitPublications(channel, 1).getFirst().offset();
        first.close();
        stage.http().publish(channel, "2");
        stage.http().publish(channel, "3");
        var second = stage.connected(1);
        var since = new StreamPosition(offset, epoch);
        var missed = second.recover(Method.Subscribe.to(channel).recovering(since), 2);
        assertThat(texts(missed)).containsExactly("2", "3");
        int live = second.publications(channel).size();
        stage.http().publish(channel, "4");
        assertThat(texts(second.awaitPublications(channel, live + 1))).endsWith("4");
    }

    private static Talker user(Stage stage, String name, int node) {
        var client = stage.open(node);
        client.call(Method.Connect.EMPTY.withToken(
                TokenMint.connection(name, Instant.now().plus(Duration.ofHours(1)))));
        return client;
    }

    private static int touched(Stage stage, String what, String body) {
        var answer = stage.http().post("/v1/connections:" + what, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("touched").asInt();
    }

    private static List<String> present(Talker client, String channel) {
        return ((Result.Presence) client.call(new Method.Presence(channel)))
                .presence().values().stream().map(ClientInfo::user).sorted().toList();
    }

    private static void awaitChanges(Talker client, String channel, String... changes) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(changes(client, channel)).containsExactly(changes));
    }

    /// Of others than Anna, who listens.
    private static List<String> changes(Talker client, String channel) {
        return client.replies().stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> switch (((Push) reply).body()) {
                    case Push.Join(var info) when info != null -> "+" + info.user();
                    case Push.Leave(var info) when info != null -> "-" + info.user();
                    case Push.Body other -> other.toString();
                })
                .filter(change -> !change.endsWith("anna"))
                .toList();
    }
}
