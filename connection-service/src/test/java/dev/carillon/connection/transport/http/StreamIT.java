package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.http.SseProbe.Message;
import dev.carillon.contract.Channel;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class StreamIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "stream:" + UUID.randomUUID();

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
    void passesThroughProxiesAtOnce() {
        try (var stream = SseProbe.open(path(channel))) {
            var headers = stream.response().headers();
            assertThat(stream.response().statusCode()).isEqualTo(200);
            assertThat(headers.firstValue("Content-Type")).hasValue("text/event-stream");
            assertThat(headers.firstValue("X-Accel-Buffering")).hasValue("no");
            assertThat(headers.firstValue("Cache-Control").orElse(""))
                    .contains("no-cache")
                    .contains("no-store");
            await().atMost(PATIENCE).until(() -> stream.comments().contains("ok"));
        }
    }

    @Test
    void deliversInOrder() {
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            publish(0, 50);

            stream.awaitNumbers(0, 50);
            assertThat(stream.messages().getFirst().json().path("channel").asText())
                    .isEqualTo(channel);
        }
    }

    @Test
    void goesOnExactlyFromTheLastEventId() {
        // Given
        String first;
        String cursor;
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            publish(0, 10);
            first = stream.awaitNumbers(0, 10).messages().getFirst().cursor();
            cursor = stream.messages().get(6).cursor();
        }
        publish(10, 20);

        // When: a browser repeats its first URL, whatever it has read since
        var url = path(channel) + "&cursor=" + first;
        try (var stream = SseProbe.open(url, "Last-Event-ID", cursor).awaitOpen()) {
            publish(20, 25);

            // Then
            stream.awaitNumbers(7, 25);
            assertThat(stream.messages()).extracting(Message::event).containsOnly("message");
        }
    }

    @Test
    void worksOverHttp2() {
        try (var stream =
                SseProbe.open(HttpClient.Version.HTTP_2, path(channel)).awaitOpen()) {
            assertThat(stream.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            publish(0, 5);

            stream.awaitNumbers(0, 5);
        }
    }

    @Test
    void goesOnFromACursorBeforeTheFirstEvent() {
        // Given
        String cursor;
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            cursor = stream.cursor();
        }
        publish(0, 3);

        // When, then
        try (var stream = SseProbe.open(path(channel) + "&cursor=" + cursor)) {
            stream.awaitNumbers(0, 3);
        }
    }

    @Test
    void goesOnFromAPositionOfOneChannel() {
        // Given
        var position = HTTP.publish(channel, 0);
        publish(1, 4);

        // When, then
        try (var stream = SseProbe.open(path(channel) + "&since=" + position)) {
            stream.awaitNumbers(1, 4);
        }
    }

    @Test
    void resumesManyChannelsWithOneCursor() {
        // Given
        var names = IntStream.range(0, 10).mapToObj(i -> channel + "-" + i).toList();
        var path = "/v1/stream?"
                + names.stream()
                        .map(name -> "channel=" + HttpProbe.encode(name))
                        .collect(Collectors.joining("&"));
        String cursor;
        try (var stream = SseProbe.open(path).awaitOpen()) {
            names.forEach(name -> HTTP.publish(name, 1));
            await().atMost(PATIENCE).until(() -> stream.messages().size() == 10);
            cursor = stream.messages().get(4).cursor();
        }
        names.forEach(name -> HTTP.publish(name, 2));

        // When
        try (var stream = SseProbe.open(path, "Last-Event-ID", cursor)) {
            // Then: five that the first stream had after this cursor, and ten new ones
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(stream.messages()).hasSize(15));
            for (var name : names) {
                var numbers = stream.messages().stream()
                        .filter(message ->
                                message.json().path("channel").asText().equals(name))
                        .map(Message::number)
                        .toList();
                assertThat(numbers).isIn(List.of(2), List.of(1, 2));
            }
        }
    }

    @Test
    void saysWhenThePastIsGoneAndGoesOn() {
        // Given
        var position = HTTP.publish(channel, 0);
        publish(1, 3);
        owner.forget(new Channel(channel));

        // When
        try (var stream = SseProbe.open(path(channel) + "&since=" + position).awaitOpen()) {
            publish(3, 4);

            // Then
            await().atMost(PATIENCE).until(() -> stream.messages().size() == 2);
            var gap = stream.messages().getFirst();
            assertThat(gap.event()).isEqualTo("gap");
            assertThat(gap.json().path("channel").asText()).isEqualTo(channel);
            assertThat(gap.json().at("/position/offset").asLong()).isPositive();
            assertThat(stream.messages().getLast().number()).isEqualTo(3);
        }
    }

    @Test
    void recoversWhatGotLostOnTheWay() {
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            owner.loseNext(2);
            publish(0, 5);

            stream.awaitNumbers(0, 5);
        }
    }

    @Test
    void endsWhenAChannelCannotBeHad() {
        owner.silent(true);
        try (var stream = SseProbe.open(path(channel))) {
            await().atMost(PATIENCE).until(stream::hasEnded);
            assertThat(stream.cursor()).isEmpty();
        } finally {
            owner.silent(false);
        }
    }

    @Test
    void goesWithTheOthersWhenItsNodeIsDrained() {
        // Given
        var node = HTTP.get("/v1/nodes").at("/items/0/node");
        var poll = "{\"channels\":{\"" + channel + "\":null},\"wait\":\"30s\"}";
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            HTTP.publish(channel, 0);
            var cursor = stream.awaitNumbers(0, 1).cursor();
            var held = HTTP.postLater("/v1/poll", poll);
            await().atMost(PATIENCE).until(() -> HTTP.get("/q/metrics")
                    .response()
                    .body()
                    .lines()
                    .anyMatch(line -> line.startsWith("carillon_polls_held") && line.endsWith(" 1.0")));

            // When
            try {
                var drained =
                        HTTP.post("/v1/nodes/" + node + ":drain", "{\"period\":1}", "Content-Type", "application/json");

                // Then: whoever is there goes, early and in good order; whoever comes is sent on
                assertThat(drained.json().path("touched").asInt()).isGreaterThanOrEqualTo(2);
                var answer = held.orTimeout(20, TimeUnit.SECONDS).join();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json()
                                .path("channels")
                                .path(channel)
                                .path("offset")
                                .asLong())
                        .isPositive();
                assertThat(answer.header("Connection")).isEqualTo("close");
                await().atMost(PATIENCE).until(stream::hasEnded);
                assertThat(stream.comments()).last().asString().contains("another node");
                try (var late = SseProbe.open(path(channel), "Last-Event-ID", cursor)) {
                    await().atMost(PATIENCE).until(late::hasEnded);
                    assertThat(late.response().statusCode()).isEqualTo(200);
                    assertThat(late.response().headers().firstValue("Connection"))
                            .hasValue("close");
                    assertThat(late.cursor()).isEmpty();
                }
                assertThat(HTTP.post("/v1/poll", poll).at("/interval")).isEqualTo("1");
            } finally {
                HTTP.post("/v1/nodes/" + node + ":accept", "{}", "Content-Type", "application/json");
            }
            HTTP.publish(channel, 1);
            try (var again = SseProbe.open(path(channel), "Last-Event-ID", cursor)) {
                again.awaitNumbers(1, 2);
            }
        }
    }

    @Test
    void letsGoOfAReaderThatDoesNotRead() throws IOException {
        // Given: a client that never reads, and two others that show when everything was sent
        var big = "\"" + "x".repeat(60_000) + "\"";
        var uri = HttpProbe.uri(path(channel));
        try (var slow = new Socket(uri.getHost(), uri.getPort());
                var quick = SseProbe.open(path(channel)).awaitOpen()) {
            slow.setReceiveBufferSize(4096);
            slow.getOutputStream()
                    .write(("GET " + uri.getRawPath() + "?" + uri.getRawQuery()
                                    + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().flush();
            await().atMost(PATIENCE).until(() -> streams() >= 2);

            // When
            for (int i = 0; i < 150; i++) {
                HTTP.post(HttpProbe.events(channel), big, "Content-Type", "application/json");
            }

            // Then
            await().atMost(PATIENCE).until(() -> quick.messages().size() == 150);
            await().atMost(PATIENCE).until(() -> streams() == 1);
        }
        await().atMost(PATIENCE).until(() -> streams() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?channel=",
                "?channel=%C3%A9",
                "?channel=a&cursor=junk",
                "?channel=a&since=x",
                "?channel=a&channel=b&since=e:1"
            })
    void refusesBadRequests(String query) {
        var answer = HTTP.get("/v1/stream" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void refusesTheCursorOfOtherChannels() {
        try (var stream = SseProbe.open(path(channel)).awaitOpen()) {
            var answer = HTTP.get(path(channel + "x"), "Last-Event-ID", stream.cursor());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.at("/detail")).contains("other channels");
        }
    }

    @Test
    void refusesTooManyChannels() {
        var query = IntStream.range(0, 129).mapToObj(i -> "channel=c" + i).collect(Collectors.joining("&"));

        assertThat(HTTP.get("/v1/stream?" + query).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "PUT"})
    void refusesOtherMethods(String method) {
        var answer = HTTP.send(method, path(channel), BodyPublishers.noBody()).join();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET");
    }

    private void publish(int from, int to) {
        IntStream.range(from, to).forEach(number -> HTTP.publish(channel, number));
    }

    private static String path(String channel) {
        return "/v1/stream?channel=" + HttpProbe.encode(channel);
    }

    /// How many streams the service counts.
    private static int streams() {
        return HTTP.get("/q/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("carillon_streams ") || line.startsWith("carillon_streams{"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToInt(value -> (int) Double.parseDouble(value))
                .sum();
    }
}
