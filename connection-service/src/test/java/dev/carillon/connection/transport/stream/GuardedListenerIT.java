package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.GuardedNode;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Result;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Streams of sessions where it matters who listens.
@QuarkusTest
@TestProfile(GuardedNode.class)
@WithTestResource(InVmKafkaResource.class)
class GuardedListenerIT {

    private static final HttpClient HTTP_1 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static TestOwner owner;

    @BeforeAll
    static void start() {
        Ready.await(new HttpProbe());
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @Test
    void subscribesListenersToTheChannelsOfTheirToken() {
        var token = GuardedNode.token(600, ",\"channels\":[\"served:a\"]");
        try (var client = StreamClient.open(Form.UNI_SSE_GET, bare(token))) {
            var connect = client.push(Push.Connect.class);

            assertThat(connect.subs()).containsOnlyKeys("served:a");
            assertThat(connect.expiry().expires()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNI_SSE_GET", "UNI_LINES"})
    void endsListenersWithoutAGoodToken(Form form) {
        try (var nobody = StreamClient.open(form, ByteString.EMPTY);
                var stranger = StreamClient.open(form, bare("junk"));
                var late = StreamClient.open(form, bare(GuardedNode.token(-60)))) {
            assertThat(nobody.disconnected()).isEqualTo(3500);
            assertThat(stranger.disconnected()).isEqualTo(3500);
            assertThat(late.disconnected()).isEqualTo(3005);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNI_SSE_GET", "UNI_LINES"})
    void endsListenersThatWantSomethingSenselessOfAChannelOfTheirToken(Form form) {
        var token = GuardedNode.token(600, ",\"channels\":[\"served:a\"]");
        var filter = "\"tf\":{\"key\":\"a\",\"cmp\":\"eq\",\"val\":\"b\"}";
        try (var good = StreamClient.open(form, bare(token, filter));
                var senseless = StreamClient.open(form, bare(token, filter + ",\"delta\":\"fossil\""))) {
            assertThat(good.push(Push.Connect.class).subs()).containsOnlyKeys("served:a");
            assertThat(senseless.disconnected()).isEqualTo(3501);
        }
    }

    /// @param wish of the channel that the token names
    private static ByteString bare(String token, String wish) {
        return ByteString.copyFromUtf8("{\"token\":\"" + token + "\",\"subs\":{\"served:a\":{" + wish + "}}}");
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "LINES", "PROTOBUF"})
    void refusesSessionsAsOverWebSocket(Form form) {
        var connect = Method.Connect.EMPTY;
        try (var nobody = StreamClient.open(form, StreamClient.frame(form.codec(), 1, connect));
                var late = StreamClient.open(
                        form, StreamClient.frame(form.codec(), 1, connect.withToken(GuardedNode.token(-60))));
                var stranger =
                        StreamClient.open(form, StreamClient.frame(form.codec(), 1, connect.withToken("junk")))) {
            assertThat(nobody.failure(1)).isEqualTo(101);
            assertThat(late.failure(1)).isEqualTo(109);
            assertThat(stranger.disconnected()).isEqualTo(3500);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "SSE_POST", "LINES", "PROTOBUF"})
    void takesTheTokenFromACookieOfAnAllowedPage(Form form) {
        var connect = StreamClient.frame(form.codec(), 1, Method.Connect.EMPTY);
        try (var page = open(form, connect, cookie(600), GuardedNode.ORIGIN);
                var late = open(form, connect, cookie(-60), GuardedNode.ORIGIN);
                var junk = open(form, connect, GuardedNode.COOKIE + "=junk", GuardedNode.ORIGIN)) {
            var connected = (Result.Connect) page.success(1);
            assertThat(connected.subs()).containsOnlyKeys("served:cookie");
            assertThat(connected.expiry().expires())
                    .as("it has no fresh one to bring")
                    .isFalse();
            assertThat(late.failure(1)).isEqualTo(109);
            assertThat(junk.disconnected()).isEqualTo(3500);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNI_SSE_GET", "UNI_SSE_POST", "UNI_LINES"})
    void takesTheTokenOfAListenerFromACookie(Form form) {
        try (var page = open(form, ByteString.EMPTY, cookie(600), GuardedNode.ORIGIN);
                var late = open(form, ByteString.EMPTY, cookie(-60), GuardedNode.ORIGIN)) {
            assertThat(page.push(Push.Connect.class).subs()).containsOnlyKeys("served:cookie");
            assertThat(late.disconnected()).isEqualTo(3005);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noOtherPageConnectsInTheNameOfItsVisitor(Form form) throws IOException, InterruptedException {
        var request = form.request(ByteString.EMPTY)
                .header("Cookie", cookie(600))
                .header("Origin", "https://evil.example")
                .build();

        assertThat(HTTP_1.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
    }

    @Test
    void tellsTheFirstWordToWhomItMay() {
        var http = new HttpProbe();
        var page = http.post("/connection/init", "", "Cookie", cookie(600), "Origin", GuardedNode.ORIGIN);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.json().at("/connect/subs").has("served:cookie")).isTrue();
        assertThat(page.header("Access-Control-Allow-Origin")).isEqualTo(GuardedNode.ORIGIN);

        for (var token : new String[] {"", "junk", GuardedNode.token(-60)}) {
            var refused = http.post("/connection/init", "{\"token\":\"" + token + "\"}");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.json().at("/disconnect/code").asInt()).isIn(3500, 3005);
        }
        var denied = http.post(
                "/connection/init", "{\"token\":\"" + GuardedNode.token(60) + "\",\"subs\":{\"$private\":{}}}");
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.json().at("/disconnect/code").asInt()).isEqualTo(3507);
        assertThat(http.post("/connection/init", "", "Cookie", cookie(600), "Origin", "https://evil.example")
                        .status())
                .isEqualTo(403);
    }

    private static StreamClient open(Form form, ByteString first, String cookie, String origin) {
        return StreamClient.open(HTTP_1, form, first, "Cookie", cookie, "Origin", origin);
    }

    private static String cookie(int seconds) {
        return "theme=dark; " + GuardedNode.COOKIE + "="
                + GuardedNode.token(seconds, ",\"channels\":[\"served:cookie\"]");
    }

    private static ByteString bare(String token) {
        return JsonCodec.UNIDIRECTIONAL
                .encode(new Command(1, Method.Connect.EMPTY.withToken(token)))
                .bytes();
    }
}
