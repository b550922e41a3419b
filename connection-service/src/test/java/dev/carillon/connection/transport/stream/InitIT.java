package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The first word of a connection without the connection, and what clients are told when one ends.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class InitIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PATH = "/connection/init";
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "init:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
        var kept = HTTP.send(
                        "PUT",
                        "/v1/namespaces/init",
                        BodyPublishers.ofString("{\"presence\":\"members\"}"),
                        "Content-Type",
                        "application/json")
                .join();
        assertThat(kept.status()).isBetween(200, 201);
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @Test
    void answersWithWhatItsChannelsHoldAndWhereTheyAre() {
        // Given
        var position = HTTP.publish(channel, 0).split(":", 2);
        HTTP.publish(channel, 1);
        HTTP.publish(channel, 2);

        // When
        var answer = HTTP.post(
                PATH,
                "{\"subs\":{\"" + channel + "\":{\"recover\":true,\"epoch\":\"" + position[0] + "\",\"offset\":"
                        + position[1] + "},\"other\":{}}}");

        // Then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        var connect = answer.json().path("connect");
        assertThat(connect.path("client").asText()).isNotEmpty();
        assertThat(connect.has("ping")).isFalse();
        assertThat(connect.has("session")).isFalse();
        var sub = connect.path("subs").path(channel);
        assertThat(sub.path("recovered").asBoolean()).isTrue();
        assertThat(sub.path("publications"))
                .extracting(one -> one.path("data").path("n").asInt())
                .containsExactly(1, 2);
        assertThat(connect.path("subs").path("other").path("epoch").asText()).isEqualTo(position[0]);

        // And that is the end of it, and nobody was there
        await().atMost(PATIENCE).until(() -> Metrics.connections() == 0);
        assertThat(HTTP.get("/v1/channels/" + HttpProbe.encode(channel) + "/presence")
                        .json()
                        .path("clients")
                        .asInt())
                .isZero();
    }

    @Test
    void needsNothingToBeSaid() {
        assertThat(HTTP.post(PATH, "").at("/connect/client")).isNotEmpty();
        assertThat(HTTP.post(PATH, "{}").json().path("connect").has("subs")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{ | 3501", "{\"subs\":{\"\u00e4\":{}}} | 3501", "{\"token\":1} | 3501"})
    void saysWhyNot(String request, int code) {
        var answer = HTTP.post(PATH, request);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("disconnect").path("code").asInt()).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_POST", "LINES", "PROTOBUF", "UNI_LINES"})
    void streamsEndWithWhenToComeBackForWhomAsks(Form form) throws JsonProcessingException {
        var headers = Map.of("carillon-reconnect-after", "true");
        var asking = new Method.Connect("", ByteString.EMPTY, Map.of(), "", "", headers, 0, "", "");
        try (var asks = StreamClient.open(form, StreamClient.frame(form.codec(), 1, asking));
                var plain = StreamClient.open(form, StreamClient.frame(form.codec(), 1, Method.Connect.EMPTY))) {
            await().atMost(PATIENCE)
                    .until(() -> !asks.replies().isEmpty() && !plain.replies().isEmpty());
            var node = HTTP.get("/v1/nodes").at("/items/0/node");

            var shed = HTTP.post(
                    "/v1/nodes/" + node + ":shed",
                    "{\"share\":1,\"period\":\"500ms\"}",
                    "Content-Type",
                    "application/json");

            assertThat(shed.status()).isEqualTo(200);
            assertThat(asks.disconnected()).isEqualTo(3011);
            assertThat(plain.disconnected()).isEqualTo(3011);
            var reason =
                    HttpProbe.JSON.readTree(asks.push(Push.Disconnect.class).reason());
            assertThat(reason.path("reconnect_after").asInt(-1)).isBetween(0, 2_000);
            assertThat(plain.push(Push.Disconnect.class).reason()).isEqualTo("force reconnect");
        }
    }

    @Test
    void isAPost() {
        assertThat(HTTP.get(PATH).status()).isEqualTo(405);
        assertThat(HTTP.get(PATH).header("Allow")).isEqualTo("POST");
        assertThat(HTTP.post(PATH, "x".repeat(70_000)).status()).isEqualTo(413);
    }
}
