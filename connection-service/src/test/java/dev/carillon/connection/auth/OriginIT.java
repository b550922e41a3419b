package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pages of other origins may do.
@QuarkusTest
@TestProfile(GuardedNode.class)
@WithTestResource(InVmKafkaResource.class)
class OriginIT {

    private static final String EVIL = "https://evil.example";
    private static final String ORIGIN_WITH_PORT = GuardedNode.ORIGIN + ":8443";
    private static final HttpProbe HTTP = new HttpProbe();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /connection/websocket",
        "GET, /connection/uni_websocket",
        "GET, /connection/sse?cf_connect=%7B%7D",
        "POST, /connection/sse",
        "POST, /connection/http_stream",
        "GET, /connection/uni_sse",
        "POST, /connection/uni_http_stream",
        "POST, /connection/init",
        "POST, /emulation",
        "GET, /v1/stream?channel=a",
        "POST, /v1/poll",
        "OPTIONS, /connection/http_stream",
        "OPTIONS, /v1/poll"
    })
    void refusesPagesOfOtherOrigins(String method, String path) {
        for (var origin : new String[] {EVIL, "null", ORIGIN_WITH_PORT}) {
            var answer = HTTP.send(
                            method, path, BodyPublishers.ofString("{}"), "Origin", origin, "X-API-Key", GuardedNode.KEY)
                    .join();

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /connection/http_stream, 200",
        "POST, /connection/sse, 200",
        "POST, /connection/uni_http_stream, 200",
        "POST, /emulation, 400",
        "GET, /v1/stream, 401",
        "POST, /v1/poll, 401"
    })
    void tellsBrowsersThatAnAllowedPageMaySeeTheAnswer(String method, String path, int status) {
        var answer = HTTP.send(method, path, BodyPublishers.ofString("[]"), "Origin", GuardedNode.ORIGIN)
                .join();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(GuardedNode.ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Retry-After");
        assertThat(answer.header("Vary")).contains("Origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/connection/sse",
                "/connection/http_stream",
                "/connection/uni_sse",
                "/emulation",
                "/v1/stream",
                "/v1/poll"
            })
    void answersWhatBrowsersAskBeforehand(String path) {
        var answer = HTTP.send(
                        "OPTIONS",
                        path,
                        BodyPublishers.noBody(),
                        "Origin",
                        GuardedNode.ORIGIN,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "content-type,x-custom")
                .join();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(GuardedNode.ORIGIN);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST", "GET");
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("content-type,x-custom");
        assertThat(answer.header("Access-Control-Max-Age")).isNotEmpty();
    }

    @Test
    void leavesItsOwnPagesAndThoseThatAreNoBrowsersAlone() {
        var own = "http://localhost:" + HttpProbe.uri("/").getPort();
        for (var headers : new String[][] {{}, {"Origin", own}}) {
            var answer = HTTP.post("/emulation", "{}", headers);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void holdsNobodyElseToIt() {
        assertThat(HTTP.get("/q/health/live", "Origin", EVIL).status()).isEqualTo(200);
        assertThat(HTTP.get(HttpProbe.events("a"), "Origin", EVIL).status()).isEqualTo(401);
    }

    @Test
    void pagesMayPublishAndReadButNotInTheNameOfWhoVisitsAnother() {
        var cookie = GuardedNode.COOKIE + "=" + GuardedNode.token(60, ",\"scope\":\"carillon:publish\"");
        var events = HttpProbe.events("a");

        var allowed = HTTP.post(events, "{}", "Cookie", cookie, "Origin", GuardedNode.ORIGIN);
        assertThat(allowed.status()).isEqualTo(202);
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(GuardedNode.ORIGIN);
        for (var path : new String[] {events, "/v1/events?channel=a"}) {
            var forged = HTTP.post(path, "{}", "Cookie", cookie, "Origin", EVIL);
            assertThat(forged.status()).isEqualTo(401);
            assertThat(forged.header("Access-Control-Allow-Origin")).isEmpty();
        }
        assertThat(HTTP.post(events, "{}", "X-API-Key", GuardedNode.KEY, "Origin", EVIL)
                        .status())
                .isEqualTo(202);
        var asked = HTTP.send(
                        "OPTIONS",
                        events,
                        BodyPublishers.noBody(),
                        "Origin",
                        GuardedNode.ORIGIN,
                        "Access-Control-Request-Headers",
                        "authorization,ce-type")
                .join();
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("authorization,ce-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/connection/websocket", "/connection/uni_websocket"})
    void refusesTheHandshakeOfAPageThatIsNotAllowed(String path) throws IOException {
        assertThat(handshake(path, "")).startsWith("HTTP/1.1 101 ");
        assertThat(handshake(path, "Origin: " + GuardedNode.ORIGIN + "\r\n")).startsWith("HTTP/1.1 101 ");
        assertThat(handshake(path, "Origin: " + EVIL + "\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(handshake(path, "Origin: " + GuardedNode.ORIGIN + "\r\nOrigin: " + EVIL + "\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    private static String handshake(String path, String header) throws IOException {
        var uri = HttpProbe.uri(path);
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(30_000);
            var request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + uri.getPort() + "\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + header + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readNBytes(13), StandardCharsets.US_ASCII);
        }
    }
}
