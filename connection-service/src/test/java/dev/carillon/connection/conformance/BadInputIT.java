package dev.carillon.connection.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import dev.carillon.testkit.conformance.Door;
import dev.carillon.testkit.conformance.Talker;
import dev.carillon.testkit.conformance.WebSocketTransport;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Bodies that are no JSON, no UTF-8, nested too deeply or have numbers beyond measure, at every door that
/// takes a body: refused as the client's own fault, and nobody else notices.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class BadInputIT {

    private static final ByteString DEEP = text("[".repeat(50_000) + "]".repeat(50_000));
    private static final ByteString NO_UTF8 =
            text("\"a").concat(bytes(0xC3, 0x28)).concat(text("\""));
    private static final ByteString SURROGATE =
            text("\"").concat(bytes(0xED, 0xA0, 0x80)).concat(text("\""));

    private static @Nullable TestOwner owner;

    private final String channel = "bad:" + UUID.randomUUID();
    private final HttpProbe http = new HttpProbe();
    private @Nullable Talker neighbour;

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
        neighbour = new Talker(WebSocketTransport.WEBSOCKET_JSON, Door.at(HttpProbe.uri("/"))).connect();
        neighbour.subscribe(channel);
    }

    @AfterEach
    void neighbourNoticesNothing() {
        try (var client = Objects.requireNonNull(neighbour)) {
            http.publish(channel, 1);
            assertThat(client.awaitPublications(channel, 1)).hasSize(1);
            assertThat(client.isOpen()).isTrue();
        }
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                // What is published
                post(400, "/v1/channels/a/events", "no UTF-8", NO_UTF8),
                post(400, "/v1/channels/a/events", "half a surrogate pair", SURROGATE),
                post(400, "/v1/channels/a/events", "100,000 brackets", DEEP),
                post(400, "/v1/channels/a/events", "20,000 brackets", text("[".repeat(10_000) + "]".repeat(10_000))),
                post(400, "/v1/channels/a/events", "half a value", text("{\"a\":")),
                post(400, "/v1/channels/a/events", "two values", text("1 2")),
                post(400, "/v1/channels/a/events", "nothing", ByteString.EMPTY),
                post(202, "/v1/channels/a/events", "a number of 1,000 digits", text("9".repeat(1_000))),
                post(202, "/v1/channels/a/events", "a number without end", text("1e999999999")),
                post(400, "/v1/events?channel=a&channel=b", "no UTF-8", NO_UTF8),
                // What is asked for
                post(400, "/v1/poll", "no UTF-8", object("\"wait\":", NO_UTF8)),
                post(400, "/v1/poll", "brackets", object("\"channels\":", DEEP)),
                post(400, "/v1/poll", "an exponent", text("{\"channels\":{\"a\":null},\"limit\":1e999999999}")),
                post(
                        400,
                        "/v1/poll",
                        "an offset beyond 64 bits",
                        text("{\"channels\":{\"a\":{\"epoch\":\"e\",\"offset\":" + "9".repeat(30) + "}}}")),
                // What is said to clients, and to the node
                post(400, "/v1/connections:disconnect", "no UTF-8", object("\"user\":", NO_UTF8)),
                post(400, "/v1/connections:disconnect", "brackets", object("\"user\":", DEEP)),
                post(
                        400,
                        "/v1/connections:disconnect",
                        "a code beyond measure",
                        text("{\"user\":\"a\",\"code\":1e99}")),
                post(400, "/v1/connections:refresh", "an array", text("[]")),
                post(400, "/v1/nodes/no-such:shed", "no JSON", text("share")),
                post(400, "/api/publish", "no UTF-8", object("\"channel\":\"a\",\"data\":", NO_UTF8)),
                post(400, "/api/publish", "brackets", object("\"channel\":\"a\",\"data\":", DEEP)),
                post(400, "/api/history", "an array", text("[]")),
                // What clients send beside their streams
                post(400, "/emulation", "no UTF-8", object("\"session\":\"a\",\"node\":\"b\",\"data\":", NO_UTF8)),
                post(413, "/emulation", "100,000 brackets", object("\"data\":", DEEP)),
                post(400, "/emulation", "20,000 brackets", text("{\"data\":" + "[".repeat(20_000))),
                // A stream tells its client in its own words
                post(200, "/connection/http_stream", "no UTF-8", object("\"id\":1,\"connect\":", NO_UTF8)),
                post(200, "/connection/http_stream", "brackets", text("[".repeat(60_000))),
                post(200, "/connection/uni_http_stream", "a half surrogate", object("\"token\":", SURROGATE)));
    }

    @ParameterizedTest(name = "{1}: {2} is answered with {0}")
    @MethodSource("bodies")
    void refuses(int status, String path, String what, ByteString body) {
        var answer = http.send(
                        "POST",
                        path,
                        BodyPublishers.ofByteArray(body.toByteArray()),
                        "Content-Type",
                        "application/json")
                .join();

        assertThat(answer.status()).as("%s: %s", what, answer.response().body()).isEqualTo(status);
        if (status >= 400) {
            assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        } else if (status == 200) {
            assertThat(answer.response().body()).contains("\"code\":3501");
        }
    }

    private static Arguments post(int status, String path, String what, ByteString body) {
        return Arguments.of(status, path, what, body);
    }

    private static ByteString object(String member, ByteString value) {
        return text("{" + member).concat(value).concat(text("}"));
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ByteString bytes(int... values) {
        var out = ByteString.newOutput();
        for (int value : values) {
            out.write(value);
        }
        return out.toByteString();
    }
}
