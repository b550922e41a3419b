package dev.carillon.connection.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Reply;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import dev.carillon.testkit.conformance.Door;
import dev.carillon.testkit.conformance.StreamTransport;
import dev.carillon.testkit.conformance.Talker;
import dev.carillon.testkit.conformance.TokenMint;
import dev.carillon.testkit.conformance.WebSocketTransport;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One client takes all it can get; the one beside it does not notice.
@QuarkusTest
@TestProfile(SmallNode.class)
@WithTestResource(InVmKafkaResource.class)
class BoundsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NEWS = "bounds:news";

    private static @Nullable TestOwner owner;

    private final HttpProbe http = new HttpProbe();
    private final List<Talker> talkers = new ArrayList<>();
    private @Nullable Talker neighbour;
    private int heard;

    @BeforeAll
    static void own() {
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (owner != null) {
            owner.close();
        }
    }

    @BeforeEach
    void haveANeighbour() {
        Ready.await(http);
        neighbour = await().atMost(PATIENCE).until(this::tryToOpen, Objects::nonNull);
        neighbour.connect();
        neighbour.subscribe(NEWS);
        hearsNews();
    }

    @AfterEach
    void leave() {
        talkers.forEach(Talker::close);
    }

    @Test
    void refusesCommandsThatComeTooFastAndLetsWhoGoesOnGo() {
        double before = counted("bounds_refused", "bound=\"commands\"");
        var attacker = open().connect();

        flood(attacker, frame(20, new Method.Unsubscribe("a")));

        assertThat(attacker.closed()).isEqualTo(3013);
        assertThat(failures(attacker)).contains(111);
        assertThat(counted("bounds_refused", "bound=\"commands\"")).isGreaterThan(before);
        assertThat(counted("connections_closed", "code=\"too-many-requests\"")).isPositive();
        hearsNews();
    }

    @Test
    void refusesPublishesThatComeTooFast() {
        double before = counted("bounds_refused", "bound=\"publishes\"");
        var attacker = open().connect();

        long last = attacker.send(frame(60, new Method.Publish("a", ByteString.copyFromUtf8("1"), 0)));

        assertThat(attacker.failure(last)).isEqualTo(111);
        assertThat(failures(attacker).size()).isBetween(15, 25);
        assertThat(counted("bounds_refused", "bound=\"publishes\"")).isGreaterThan(before);
        assertThat(attacker.isOpen()).isTrue();
        hearsNews();
    }

    @Test
    void refusesBytesThatComeTooFast() {
        double before = counted("bounds_refused", "bound=\"bytes\"");
        var attacker = open().connect();
        var much = new Method.Publish("a", ByteString.copyFromUtf8("\"" + "x".repeat(50_000) + "\""), 0);

        for (int n = 0; n < 8; n++) {
            attacker.answer(attacker.send(much));
        }

        assertThat(failures(attacker)).contains(111);
        assertThat(counted("bounds_refused", "bound=\"bytes\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void hasAMostOfChannelsPerClient() {
        double before = counted("bounds_refused", "bound=\"channels\"");
        var attacker = open().connect();
        IntStream.range(0, 10).forEach(n -> attacker.subscribe("bounds:" + n));

        assertThat(attacker.refused(Method.Subscribe.to("bounds:10"))).isEqualTo(106);

        assertThat(counted("bounds_refused", "bound=\"channels\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void refusesFramesThatAreTooLarge() {
        double before = counted("bounds_refused", "bound=\"frame\"");
        var attacker = open();

        attacker.line().send(ByteString.copyFromUtf8(" ".repeat(70_000)));

        assertThat(attacker.closed()).isEqualTo(1009);
        assertThat(counted("bounds_refused", "bound=\"frame\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void letsGoOfWhoDoesNotRead() {
        double before = counted("connections_closed", "code=\"slow\"");
        var attacker = open().connect();
        attacker.subscribe(NEWS);
        attacker.line().reading(false);

        await().atMost(PATIENCE).until(() -> {
            publishMuch();
            return counted("connections_closed", "code=\"slow\"") > before;
        });

        attacker.line().reading(true);
        assertThat(attacker.closed()).isEqualTo(3008);
        hearsNews();
    }

    @Test
    void letsGoOfWhoSaysNothing() {
        double before = counted("connections_closed", "code=\"stale\"");
        var attacker = open();

        assertThat(attacker.closed()).isEqualTo(3502);

        assertThat(counted("connections_closed", "code=\"stale\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void letsGoOfWhoDoesNotAnswer() {
        double before = counted("connections_closed", "code=\"no-pong\"");
        var attacker = open().connect().deafToPings();

        assertThat(attacker.closed()).isEqualTo(3012);

        assertThat(counted("connections_closed", "code=\"no-pong\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void boundsWhatComesBesideAStreamLikewise() {
        double before = counted("bounds_refused", "bound=\"commands\"");
        var attacker = new Talker(StreamTransport.HTTP_STREAM_JSON, Door.at(HttpProbe.uri("/")));
        talkers.add(attacker);
        attacker.connect();

        flood(attacker, frame(200, new Method.Unsubscribe("a")));

        assertThat(attacker.closed()).isEqualTo(3013);
        assertThat(counted("bounds_refused", "bound=\"commands\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void refusesStreamsThatItHasNoRoomFor() {
        double before = counted("bounds_refused", "bound=\"connections\"");
        refusal(false);

        var late = new Talker(StreamTransport.SSE, Door.at(HttpProbe.uri("/")));
        talkers.add(late);
        late.send(Method.Connect.EMPTY);

        assertThat(late.closed()).isEqualTo(503);
        assertThat(counted("bounds_refused", "bound=\"connections\"")).isGreaterThan(before + 1);
        hearsNews();
    }

    @Test
    void hasAMostOfConnectionsPerUser() {
        double before = counted("bounds_refused", "bound=\"user-connections\"");
        var token = TokenMint.connection("eve", null);
        var first = open();
        first.call(Method.Connect.EMPTY.withToken(token));
        open().call(Method.Connect.EMPTY.withToken(token));
        var third = open();

        third.send(Method.Connect.EMPTY.withToken(token));

        assertThat(third.closed()).isEqualTo(3504);
        assertThat(counted("bounds_refused", "bound=\"user-connections\"")).isGreaterThan(before);
        first.close();
        await().atMost(PATIENCE).untilAsserted(() -> {
            var again = open();
            assertThat(again.answer(again.send(Method.Connect.EMPTY.withToken(token))))
                    .isInstanceOf(Reply.Success.class);
        });
        hearsNews();
    }

    @Test
    void refusesConnectionsThatItHasNoRoomFor() {
        double before = counted("bounds_refused", "bound=\"connections\"");

        var refused = refusal(false);

        assertThat(refused.getResponse().statusCode()).isEqualTo(503);
        assertThat(refused.getResponse().headers().firstValue("Retry-After"))
                .hasValueSatisfying(
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 10));
        assertThat(counted("bounds_refused", "bound=\"connections\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void refusesConnectionsThatComeTooFast() {
        double before = counted("bounds_refused", "bound=\"connect-rate\"");

        await().atMost(PATIENCE).untilAsserted(() -> {
            var refused = refusal(true);
            assertThat(refused.getResponse().statusCode()).isEqualTo(503);
            assertThat(counted("bounds_refused", "bound=\"connect-rate\"")).isGreaterThan(before);
        });
        hearsNews();
    }

    @Test
    void lastsLongerThanTheIdleTimeoutOfHttp() {
        var client = Objects.requireNonNull(neighbour);

        await().atMost(PATIENCE)
                .until(() -> client.replies().stream()
                                .filter(Reply.Ping.class::isInstance)
                                .count()
                        >= 4);

        assertThat(client.isOpen()).isTrue();
        hearsNews();
    }

    @Test
    void closesConnectionsThatDoNotFinishTheirRequest() throws Exception {
        try (var slow = new RawSocket()) {
            slow.write("GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

            assertThat(slow.readAll()).isEmpty();
        }
        hearsNews();
    }

    @Test
    void closesConnectionsWhoseRequestsComeByteByByte() throws Exception {
        double before = counted("bounds_refused", "bound=\"slow-requests\"");
        try (var slow = new RawSocket()) {
            slow.write("POST /v1/channels/a/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");

            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> slow.refuses("1"));
        }
        assertThat(counted("bounds_refused", "bound=\"slow-requests\"")).isGreaterThan(before);
        hearsNews();
    }

    @Test
    void refusesAFloodOfHeaders() throws Exception {
        try (var flood = new RawSocket()) {
            flood.write("GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\n");
            flood.tryToWrite("X-Flood: " + "x".repeat(4_000) + "\r\n", 100);

            assertThat(flood.readAll()).containsAnyOf("431", "400").doesNotContain("101 Switching");
        }
        hearsNews();
    }

    @Test
    void doesNotUnpackWhatClientsCompress() throws Exception {
        try (var client = new RawSocket()) {
            var head = client.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");

            assertThat(head).contains("101 Switching").doesNotContainIgnoringCase("permessage-deflate");
        }
        hearsNews();
    }

    @Test
    void endsConnectionsThatSendBrokenWebSocketFrames() throws Exception {
        var invalidUtf8 = new byte[] {'{', (byte) 0xC3, 0x28, '}'};
        var hugeLength = new byte[] {(byte) 0x81, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0};
        var unmasked = new byte[] {(byte) 0x81, 2, '{', '}'};
        for (var frame : List.of(RawSocket.masked(1, invalidUtf8), hugeLength, unmasked)) {
            try (var client = new RawSocket()) {
                client.upgrade("");
                client.write(frame);
                client.readAll();
            }
        }
        hearsNews();
    }

    /// Opens connections until one is refused.
    private WebSocketHandshakeException refusal(boolean leaving) {
        for (int n = 0; n < 500; n++) {
            try {
                var client = open();
                if (leaving) {
                    client.close();
                }
            } catch (CompletionException e) {
                if (e.getCause() instanceof WebSocketHandshakeException refused) {
                    return refused;
                }
                throw e;
            }
        }
        throw new AssertionError("nobody is refused");
    }

    /// Some at a time, so that who does not read is too slow before it owes an answer to a ping; not more than
    /// the quick one has room for.
    private void publishMuch() {
        var data = "\"" + "x".repeat(60_000) + "\"";
        Stream.generate(() -> http.postLater(HttpProbe.events(NEWS), data, "Content-Type", "application/json"))
                .limit(8)
                .toList()
                .forEach(CompletableFuture::join);
        heard += 8;
    }

    private void hearsNews() {
        var client = Objects.requireNonNull(neighbour);
        http.publish(NEWS, heard);
        heard++;
        assertThat(client.awaitPublications(NEWS, heard)).hasSize(heard);
        assertThat(client.isOpen()).isTrue();
    }

    private Talker open() {
        var talker = new Talker(WebSocketTransport.WEBSOCKET_JSON, Door.at(HttpProbe.uri("/")));
        talkers.add(talker);
        return talker;
    }

    private @Nullable Talker tryToOpen() {
        try {
            return open();
        } catch (CompletionException e) {
            return null; // those before are still there
        }
    }

    private double counted(String meter, String tag) {
        return http.get("/q/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("carillon_" + meter + "_total{") && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Sends until the client is sent away, which may well happen while it sends.
    private static void flood(Talker attacker, Method[] commands) {
        try {
            for (int n = 0; n < 50 && attacker.isOpen(); n++) {
                attacker.send(commands);
            }
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static List<Integer> failures(Talker talker) {
        return talker.replies().stream()
                .filter(Reply.Failure.class::isInstance)
                .map(reply -> ((Reply.Failure) reply).error().code())
                .toList();
    }

    private static Method[] frame(int count, Method method) {
        return Collections.nCopies(count, method).toArray(Method[]::new);
    }
}
