package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.GuardedNode;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams and polls where it matters who listens, and over HTTP/2.
@QuarkusTest
@TestProfile(GuardedNode.class)
@WithTestResource(InVmKafkaResource.class)
class GuardedStreamIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "guarded:" + UUID.randomUUID();
    private final String path = "/v1/stream?channel=" + HttpProbe.encode(channel);

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
    void takesTheTokenFromACookieTheQueryOrAHeader() {
        var poll = "{\"channels\":{\"" + channel + "\":null},\"wait\":0}";
        var good = GuardedNode.token(600);
        var cookie = "theme=dark; " + GuardedNode.COOKIE + "=" + good;

        assertThat(HTTP.post("/v1/poll", poll).status()).isEqualTo(401);
        assertThat(HTTP.post("/v1/poll", poll, "Cookie", cookie).status()).isEqualTo(200);
        assertThat(HTTP.post("/v1/poll?token=" + good, poll, "Cookie", GuardedNode.COOKIE + "=junk")
                        .status())
                .isEqualTo(200);
        assertThat(HTTP.post(
                                "/v1/poll",
                                poll,
                                "Cookie",
                                GuardedNode.COOKIE + "=junk",
                                "Authorization",
                                "Bearer " + good)
                        .status())
                .isEqualTo(200);
        assertThat(HTTP.post("/v1/poll", poll, "Cookie", "other=" + good).status())
                .isEqualTo(401);
        assertThat(HTTP.get(path, "Cookie", GuardedNode.COOKIE + "=" + GuardedNode.token(-60))
                        .at("/detail"))
                .contains("expired");
        try (var stream = SseProbe.open(path, "Cookie", cookie).awaitOpen()) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void streamsOverHttp2AndEndsWithItsToken(boolean tls) throws Exception {
        var uri = tls ? URI.create("https://localhost:" + tlsPort() + path) : HttpProbe.uri(path);
        try (var client = client(tls)) {
            // Given
            var response = get(client, uri, "Cookie", GuardedNode.COOKIE + "=" + GuardedNode.token(8));
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
            var text = new StringWriter();
            var reader = Thread.ofVirtual().start(() -> collect(response.body(), text));
            await().atMost(PATIENCE).until(() -> text.toString().contains("id: "));

            // When
            var published = HTTP.post(
                    HttpProbe.events(channel),
                    "{\"n\":1}",
                    "Content-Type",
                    "application/json",
                    "X-API-Key",
                    GuardedNode.KEY);
            assertThat(published.status()).isEqualTo(202);

            // Then
            await().atMost(PATIENCE).until(() -> text.toString().contains("{\"n\":1}"));
            reader.join(PATIENCE);
            assertThat(reader.isAlive()).isFalse();
            assertThat(text.toString()).startsWith(": ok\nretry: 2000\n\n").endsWith(": the token has expired\n\n");
        }
    }

    @Test
    void asksClientsToComeLaterWhenItHoldsEnoughPolls() {
        // Given
        var poll = "{\"channels\":{\"" + channel + "\":null},\"wait\":\"20s\"}";
        var held = HTTP.postLater("/v1/poll", poll, "X-API-Key", GuardedNode.KEY);
        await().atMost(PATIENCE).until(() -> heldPolls() == 1);

        // When
        var begin = System.nanoTime();
        var second = HTTP.post("/v1/poll", poll, "X-API-Key", GuardedNode.KEY);

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().path("interval").asInt()).isEqualTo(20);
        assertThat(second.header("Retry-After")).isEqualTo("20");
        assertThat(second.json().path("channels").path(channel).path("epoch").asText())
                .isNotEmpty();

        // And the one that is held is answered as ever, and makes room
        HTTP.post(
                HttpProbe.events(channel),
                "{\"n\":1}",
                "Content-Type",
                "application/json",
                "X-API-Key",
                GuardedNode.KEY);
        assertThat(held.join().json().path("items")).hasSize(1);
        assertThat(held.join().json().has("interval")).isFalse();
        await().atMost(PATIENCE).until(() -> heldPolls() == 0);
    }

    private static int heldPolls() {
        return HTTP.get("/q/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("carillon_polls_held"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToInt(value -> (int) Double.parseDouble(value))
                .sum();
    }

    private static int tlsPort() {
        return ConfigProvider.getConfig().getValue("quarkus.http.test-ssl-port", Integer.class);
    }

    private static HttpResponse<InputStream> get(HttpClient client, URI uri, String... headers)
            throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).headers(headers).build(), BodyHandlers.ofInputStream());
    }

    private static void collect(InputStream body, StringWriter text) {
        try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                text.write(c);
            }
        } catch (IOException e) {
            text.append(String.valueOf(e));
        }
    }

    private static HttpClient client(boolean tls) throws GeneralSecurityException {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2);
        if (tls) {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            builder.sslContext(context);
        }
        return builder.build();
    }

    /// The certificate is made for this test.
    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
