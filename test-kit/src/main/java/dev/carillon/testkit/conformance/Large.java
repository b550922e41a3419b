package dev.carillon.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Events of a mebibyte, where the nodes allow them: published over HTTP, and there on every way out.
final class Large {

    static final int BYTES = 1 << 20;

    private Large() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("a mebibyte comes whole, live, again and over HTTP", Large::mebibyte),
                new Scenario("a mebibyte comes whole as a plain event", Large::plain),
                new Scenario("a byte more than a mebibyte is refused", Large::more));
    }

    private static void mebibyte(Stage stage) {
        var channel = stage.channel("large");
        var clients = List.of(stage.connected(0), stage.connected(1));
        var epoch = clients.getFirst().subscribe(channel).position().epoch();
        clients.getLast().subscribe(channel);
        var data = IntStream.range(0, 3).mapToObj(Large::data).toList();
        for (int n = 0; n < 3; n++) {
            int count = n + 1;
            stage.http().publish(channel, data.get(n));
            clients.forEach(client -> client.awaitPublications(channel, count));
        }
        clients.forEach(
                client -> assertThat(whole(client.publications(channel))).isEqualTo(data));
        var offset = clients.getFirst().publications(channel).get(1).offset();
        var again = stage.connected(1)
                .recover(Method.Subscribe.to(channel).recovering(new StreamPosition(offset, epoch)), 1);
        assertThat(whole(again)).isEqualTo(data.subList(2, 3));
        var history = (Result.History) clients.getFirst().call(new Method.History(channel, 1, null, true));
        assertThat(whole(history.publications())).isEqualTo(data.subList(2, 3));
        overHttp(stage, channel, epoch, data);
    }

    private static void overHttp(Stage stage, String channel, String epoch, List<String> data) {
        var page = stage.http().get(NodeHttp.events(channel) + "?limit=1");
        assertThat(page.status()).as("a page of history").isEqualTo(200);
        assertThat(page.json().at("/items/0/data").toString()).isEqualTo(data.getFirst());
        var poll = stage.http()
                .post(
                        "/v1/poll",
                        "{\"channels\":{\"%s\":{\"epoch\":\"%s\",\"offset\":0}},\"limit\":1}"
                                .formatted(channel, epoch));
        assertThat(poll.status()).as("a poll").isEqualTo(200);
        assertThat(poll.json().path("items")).hasSize(1);
        assertThat(poll.json().at("/items/0/data").toString().length()).isEqualTo(BYTES);
    }

    private static void plain(Stage stage) {
        var channel = stage.channel("large");
        try (var stream = stage.http().lines("/v1/stream?channel=" + NodeHttp.encode(channel))) {
            var lines = stream.iterator();
            assertThat(lines.next()).startsWith(":"); // it is subscribed
            var data = data(7);
            stage.http().publish(channel, data);
            var line = lines.next();
            while (!line.startsWith("data: ")) {
                line = lines.next();
            }
            assertThat(NodeHttp.parse(line.substring(6)).path("data").toString())
                    .isEqualTo(data);
        }
    }

    private static void more(Stage stage) {
        var answer = stage.http().post(NodeHttp.events(stage.channel("large")), data(0) + " ");
        assertThat(answer.status()).isEqualTo(413);
    }

    /// JSON text of exactly a mebibyte.
    private static String data(int number) {
        return "\"" + number + "x".repeat(BYTES - 3) + "\"";
    }

    private static List<String> whole(List<Publication> publications) {
        return publications.stream()
                .map(Publication::data)
                .map(ByteString::toStringUtf8)
                .toList();
    }
}
