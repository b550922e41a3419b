package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Result;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions over server-sent events and HTTP streams, with commands beside them, on their own node.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class SessionStreamIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "streams:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "SSE_POST", "LINES", "PROTOBUF"})
    void carriesAWholeConversation(Form form) {
        try (var client = StreamClient.connected(form)) {
            // Given
            assertThat(client.connected().session()).hasSizeGreaterThanOrEqualTo(22);
            assertThat(client.connected().session())
                    .isNotEqualTo(client.connected().client());
            assertThat(client.connected().node()).isNotEmpty();
            assertThat(client.connected().ping()).isPositive();
            assertThat(client.connected().pong()).isTrue();

            // When
            client.subscribe(channel);
            IntStream.range(0, 20).forEach(n -> client.publish(channel, "{\"n\":\"ä" + n + "\"}"));

            // Then
            var all = IntStream.range(0, 20)
                    .mapToObj("{\"n\":\"ä%d\"}"::formatted)
                    .toList();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data(channel)).isEqualTo(all));
            assertThat(client.refused(Method.Subscribe.to(channel))).isEqualTo(105);
            assertThat(((Result.History) client.call(new Method.History(channel, 3, null, true))).publications())
                    .hasSize(3);
            client.call(new Method.Unsubscribe(channel));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "LINES", "PROTOBUF"})
    void worksOverHttp2(Form form) {
        try (var client = StreamClient.connected(StreamClient.HTTP_2, form)) {
            assertThat(client.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            client.subscribe(channel);

            client.publish(channel, "1");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data(channel)).containsExactly("1"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SSE_GET, text/event-stream",
        "SSE_POST, text/event-stream",
        "LINES, application/json",
        "PROTOBUF, application/octet-stream"
    })
    void tellsProxiesToPassEverythingOn(Form form, String contentType) {
        try (var client = StreamClient.connected(form)) {
            var headers = client.response().headers();

            assertThat(client.response().statusCode()).isEqualTo(200);
            assertThat(headers.firstValue("Content-Type")).hasValue(contentType);
            assertThat(headers.firstValue("X-Accel-Buffering")).hasValue("no");
            assertThat(headers.firstValue("Cache-Control").orElse(""))
                    .contains("no-store")
                    .contains("no-cache");
        }
    }

    @Test
    void beginsEventsWithABlankLine() throws IOException {
        var connect = HttpProbe.encode("{\"id\":1,\"connect\":{}}");
        try (var socket = raw("GET /connection/sse?cf_connect=" + connect)) {
            var text = new StringBuilder();
            while (text.indexOf("\n\n") < 0) {
                text.append((char) socket.getInputStream().read());
            }

            var body = text.substring(text.indexOf("\r\n\r\n") + 4).replaceAll("(?m)^[0-9a-f]+\r\n", "");
            assertThat(body).startsWith("\r\n").contains("data: {\"id\":1,\"connect\":{");
        }
    }

    @Test
    void keepsTheOrderOfCommandsThatAreSentOneAfterAnother() {
        try (var client = StreamClient.connected(Form.LINES)) {
            client.subscribe(channel);

            for (int n = 0; n < 200; n++) {
                client.send(new Method.Publish(channel, ByteString.copyFromUtf8(Integer.toString(n)), 0));
            }

            var all = IntStream.range(0, 200).mapToObj(Integer::toString).toList();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data(channel)).isEqualTo(all));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SSE_POST | not json",
                "SSE_GET | {\"id\":1,\"connect\":{}",
                "SSE_POST | ''",
                "SSE_POST | {\"id\":1,\"subscribe\":{\"channel\":\"a\"}}",
                "LINES | {}",
                "LINES | {\"id\":1,\"connect\":{}}<br>{\"id\":2,\"connect\":{}}",
                "LINES | {\"connect\":{}}",
                "PROTOBUF | {\"id\":1,\"connect\":{}}",
                "PROTOBUF | ''"
            })
    void endsAStreamThatBreaksTheProtocolWithAWord(Form form, String first) {
        try (var client = StreamClient.open(form, ByteString.copyFromUtf8(first.replace("<br>", "\n")))) {
            assertThat(client.response().statusCode()).isEqualTo(200);
            assertThat(client.disconnected()).isEqualTo(3501);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "LINES", "PROTOBUF"})
    void endsASessionWhoseLaterCommandsBreakTheProtocol(Form form) {
        try (var client = StreamClient.connected(form)) {
            assertThat(client.post(ByteString.copyFromUtf8("no frame"))).isEqualTo(204);

            assertThat(client.disconnected()).isEqualTo(3501);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.send(Method.Subscribe.to(channel)))
                    .isEqualTo(404));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_POST", "LINES", "PROTOBUF", "UNI_LINES"})
    void refusesALargeBody(Form form) {
        var body = ByteString.copyFromUtf8("{\"data\":\"" + "x".repeat(65_536) + "\"}");
        try (var client = StreamClient.open(form, body)) {
            assertThat(client.response().statusCode()).isEqualTo(413);
        }
    }

    @Test
    void doesNotReadABodyForEver() throws IOException {
        try (var socket = raw("POST /emulation", "Content-Length: 100000000")) {
            var out = socket.getOutputStream();
            var junk = new byte[64 * 1024];

            // The peer's close shows in one of the next writes.
            await().atMost(PATIENCE).until(() -> {
                try {
                    out.write(junk);
                    return false;
                } catch (IOException _) {
                    return true;
                }
            });
        }
    }

    @Test
    void needsAConnectCommandInTheUrl() {
        assertThat(HTTP.get("/connection/sse").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /connection/sse | GET, POST",
                "HEAD | /connection/uni_sse | GET, POST",
                "GET | /connection/http_stream | POST",
                "GET | /connection/uni_http_stream | POST",
                "GET | /emulation | POST"
            })
    void refusesOtherMethods(String method, String path, String allowed) {
        var answer = HTTP.send(method, path, BodyPublishers.noBody()).join();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
    }

    @Test
    void refusesCommandsForWhomItDoesNotKnow() {
        try (var client = StreamClient.connected(Form.LINES)) {
            var connected = client.connected();
            var frame = StreamClient.frame(JsonCodec.INSTANCE, 7, Method.Subscribe.to(channel));

            assertThat(client.emulate("nobody", connected.session(), frame)).isEqualTo(404);
            assertThat(client.emulate(connected.node(), "guess", frame)).isEqualTo(404);
            assertThat(client.emulate(connected.node(), connected.client(), frame))
                    .isEqualTo(404);
            assertThat(client.emulate(connected.node(), connected.session(), ByteString.EMPTY))
                    .isEqualTo(400);
            assertThat(client.emulate(
                            connected.node(), connected.session(), ByteString.copyFromUtf8("x".repeat(70_000))))
                    .isEqualTo(413);
            assertThat(client.refused(Method.Subscribe.to(""))).isEqualTo(107);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1]", "{\"session\":\"a\",\"node\":\"b\",\"data\":{\"id\":1}}"})
    void refusesMalformedEmulation(String body) {
        var answer = HTTP.post("/emulation", body, "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void forgetsASessionWhoseClientLeft() {
        var client = StreamClient.connected(Form.SSE_GET);
        var connected = client.connected();
        int open = Metrics.connections();

        client.close();

        await().atMost(PATIENCE).until(() -> Metrics.connections() < open);
        try (var other = StreamClient.connected(Form.LINES)) {
            assertThat(other.emulate(connected.node(), connected.session(), ByteString.copyFromUtf8("{}")))
                    .isEqualTo(404);
        }
    }

    @Test
    void letsGoOfAClientThatDoesNotRead() throws IOException {
        // Given
        var connect = "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
        try (var quick = StreamClient.connected(Form.LINES);
                var slow = raw("GET /connection/sse?cf_connect=" + HttpProbe.encode(connect))) {
            quick.subscribe(channel);
            slow.setSoTimeout(30_000);
            var lines = new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            var session = connected(lines);
            int before = Metrics.slow(); // not how many are open: clients of other tests may still be leaving

            // When
            var lastOpen = Instant.now();
            for (int i = 0; i < 300 && Metrics.slow() == before; i++) {
                lastOpen = Instant.now();
                publishMuch();
                showLife(session, i);
            }

            // Then: it is told why if it reads on in time, and others do not notice
            assertThat(Metrics.slow()).isEqualTo(before + 1);
            assertThat(lastWord(lines, lastOpen)).contains("\"code\":3008");
            HTTP.publish(channel, 1);
            await().atMost(PATIENCE).until(() -> quick.data(channel).contains("{\"n\":1}"));
            assertThat(quick.hasEnded()).isFalse();
        }
    }

    @Test
    void letsGoOfAClientThatDoesNotReadOverHttp2() throws Exception {
        // Given: a client whose window, 16 MiB, fills
        var connect = "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
        var request = Form.LINES.request(ByteString.copyFromUtf8(connect)).build();
        try (var client = HttpClient.newHttpClient()) {
            int before = Metrics.slow();
            var response = client.send(request, BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);

            var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            var session = connected(lines);

            // When
            for (int i = 0; i < 600 && Metrics.slow() == before; i++) {
                publishMuch();
                showLife(session, i);
            }

            // Then
            await().atMost(PATIENCE).until(() -> Metrics.slow() == before + 1);
            response.body().close();
        }
    }

    /// Reads what came of `connect`, and that the subscription is open.
    private static JsonNode connected(BufferedReader lines) throws IOException {
        var reply = first(lines, "\"connect\"");
        assertThat(first(lines, "\"id\":2")).contains("\"subscribe\"");
        return HttpProbe.JSON.readTree(reply.substring(reply.indexOf('{'))).path("connect");
    }

    /// A client that reads nothing answers no pings, and would be let go for that in the end. Any command is a
    /// sign of life.
    private static void showLife(JsonNode session, int turn) {
        if (turn % 5 == 0) {
            var command = HttpProbe.JSON
                    .createObjectNode()
                    .put("session", session.path("session").asText())
                    .put("node", session.path("node").asText())
                    .put("data", "{\"id\":" + (turn + 10) + ",\"unsubscribe\":{\"channel\":\"other\"}}");
            HTTP.post("/emulation", command.toString(), "Content-Type", "application/json");
        }
    }

    /// Why the stream ended. The node waits five seconds for a client to read it; a machine that was busy for
    /// longer than that since then has lost it.
    private static String lastWord(BufferedReader lines, Instant before) throws IOException {
        try {
            return first(lines, "\"disconnect\"");
        } catch (SocketException e) {
            assertThat(Duration.between(before, Instant.now()))
                    .as("cut off too early")
                    .isGreaterThan(LAST_WORDS);
            return "\"code\":3008";
        }
    }

    /// The next line that has this in it; what else came if there is none.
    private static String first(BufferedReader lines, String part) throws IOException {
        var passed = new StringBuilder();
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(part)) {
                return line;
            }
            passed.append(line.length() > 200 ? line.substring(0, 200) : line).append('\n');
        }
        return passed.toString();
    }

    private void publishMuch() {
        HTTP.post(HttpProbe.events(channel), "\"" + "x".repeat(60_000) + "\"", "Content-Type", "application/json");
    }

    private static Socket raw(String request, String... headers) throws IOException {
        var uri = HttpProbe.uri("/");
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        var head = request + " HTTP/1.1\r\nHost: localhost:" + uri.getPort() + "\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }
}
