package dev.carillon.connection.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(AccessIT.Secured.class)
@WithTestResource(InVmKafkaResource.class)
class AccessIT {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String EVENTS = HttpProbe.events("access");
    private static final String POLL = "{\"channels\":{\"access\":null},\"wait\":0}";
    private static final HttpProbe HTTP = new HttpProbe();

    /// SHA-256 of `shop-key`.
    private static final String HASH = "44cfdcdd88354fa1412781f5a01a901c9112db33bfa8b165fbec9b618d9cf112";

    private static TestOwner owner;

    /// Keys and tokens count.
    public static final class Secured implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return config(
                    "carillon.connection.insecure", "false",
                    "carillon.connection.api-key", "first-key,second-key",
                    "carillon.connection.api-keys.\"shop\".key", "sha256:" + HASH,
                    "carillon.connection.api-keys.\"shop\".scopes", "publish",
                    "carillon.connection.api-keys.\"shop\".channels", "orders:*,news",
                    "carillon.connection.api-keys.\"watch\".key", "watch-key",
                    "carillon.connection.api-keys.\"watch\".scopes", "read",
                    "carillon.connection.namespaces.\"closed\".access.subscribe", "token",
                    "carillon.connection.namespaces.\"closed\".access.history", "subscriber",
                    "carillon.connection.namespaces.\"closed\".presence", "members",
                    "carillon.connection.namespaces.\"shown\".access.history", "subscriber",
                    "carillon.connection.namespaces.\"slow\".rates.publishes", "1",
                    "carillon.connection.token-hmac-secret", SECRET);
        }
    }

    private static Map<String, String> config(String... pairs) {
        var config = new HashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            config.put(pairs[i], pairs[i + 1]);
        }
        return config;
    }

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
    void publishingNeedsAKey() throws JoseException {
        assertThat(HTTP.post(EVENTS, "{}").status()).isEqualTo(401);
        assertThat(HTTP.post(EVENTS, "{}").at("/type")).isEqualTo("/problems/unauthorized");
        assertThat(HTTP.post(EVENTS, "{}").header("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(HTTP.post(EVENTS, "{}", "X-API-Key", "wrong").status()).isEqualTo(401);
        assertThat(HTTP.post(EVENTS, "{}", "X-API-Key", "").status()).isEqualTo(401);
        assertThat(HTTP.post(EVENTS, "{}", "Authorization", "Bearer " + token(60))
                        .status())
                .isEqualTo(403);
        assertThat(HTTP.post(EVENTS, "{}", "Authorization", "Bearer junk").status())
                .isEqualTo(401);
        assertThat(HTTP.post(EVENTS, "{}", "X-API-Key", "first-key").status()).isEqualTo(202);
        assertThat(HTTP.post(EVENTS, "{}", "Authorization", "apikey second-key").status())
                .isEqualTo(202);
    }

    @Test
    void historyNeedsAKey() {
        assertThat(HTTP.get(EVENTS).status()).isEqualTo(401);
        assertThat(HTTP.get(EVENTS, "X-API-Key", "second-key").status()).isEqualTo(200);
    }

    @Test
    void pollingNeedsATokenOrAKey() throws JoseException {
        assertThat(HTTP.post("/v1/poll", POLL).status()).isEqualTo(401);
        assertThat(HTTP.post("/v1/poll", POLL, "Authorization", "Bearer junk").status())
                .isEqualTo(401);
        assertThat(HTTP.post("/v1/poll", POLL, "Authorization", "Bearer " + token(-60))
                        .at("/detail"))
                .contains("expired");
        assertThat(HTTP.post("/v1/poll", POLL, "Authorization", "Bearer " + token(60))
                        .status())
                .isEqualTo(200);
        assertThat(HTTP.post("/v1/poll?token=" + token(60), POLL).status()).isEqualTo(200);
        assertThat(HTTP.post("/v1/poll", POLL, "X-API-Key", "first-key").status())
                .isEqualTo(200);
    }

    @Test
    void streamingNeedsATokenOrAKey() throws JoseException, IOException, InterruptedException {
        assertThat(HTTP.get("/v1/stream?channel=access").status()).isEqualTo(401);
        assertThat(HTTP.get("/v1/stream?channel=access&token=junk").status()).isEqualTo(401);
        assertThat(streamStatus("/v1/stream?channel=access&token=" + token(60))).isEqualTo(200);
        assertThat(streamStatus("/v1/stream?channel=access", "X-API-Key", "first-key"))
                .isEqualTo(200);
    }

    @Test
    void aTokenMayPublishWhereItsCapabilitiesSaySo() throws JoseException {
        var token = "Bearer "
                + token(
                        60,
                        ",\"info\":{\"n\":1},\"caps\":[{\"channels\":[\"jwt:*\"],"
                                + "\"match\":\"wildcard\",\"allow\":[\"pub\"]}]");
        var event = HttpProbe.events("jwt:a");

        assertThat(HTTP.post(event, "{}", "Authorization", token).status()).isEqualTo(202);
        assertThat(HTTP.post(EVENTS, "{}", "Authorization", token).status()).isEqualTo(403);
        assertThat(HTTP.post(HttpProbe.events("carillon:x"), "{}", "Authorization", token)
                        .status())
                .isEqualTo(403);
        assertThat(HTTP.post("/v1/events?channel=jwt:a&channel=jwt:b", "{}", "Authorization", token)
                        .status())
                .isEqualTo(202);
        assertThat(HTTP.post("/v1/events?channel=jwt:a&channel=access", "{}", "Authorization", token)
                        .status())
                .isEqualTo(403);
        assertThat(HTTP.get("/v1/namespaces", "Authorization", token).status()).isEqualTo(401);
        assertThat(HTTP.post("/v1/connections:disconnect", "{\"user\":\"1\"}", "Authorization", token)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aTokenMayReadWhatAConnectionMay() throws JoseException {
        var plain = "Bearer " + token(60);
        var caps = "Bearer " + token(60, ",\"caps\":[{\"channels\":[\"closed:a\"],\"allow\":[\"hst\",\"prs\"]}]");
        var scope = "Bearer " + token(60, ",\"scope\":\"email carillon:read\"");
        var closed = HttpProbe.events("closed:a");
        HTTP.post(EVENTS, "{}", "X-API-Key", "first-key");

        // By the rules of the namespace
        assertThat(HTTP.get(EVENTS, "Authorization", plain).at("/items/0/channel"))
                .isEqualTo("access");
        assertThat(HTTP.get(closed, "Authorization", plain).status()).isEqualTo(403);
        assertThat(HTTP.get(HttpProbe.events("$private"), "Authorization", plain)
                        .status())
                .isEqualTo(403);
        assertThat(HTTP.get(HttpProbe.events("shown:a"), "Authorization", plain).status())
                .isEqualTo(200);

        // By what the token says
        for (var token : new String[] {caps, scope}) {
            assertThat(HTTP.get(closed, "Authorization", token).status()).isEqualTo(200);
            assertThat(HTTP.get("/v1/channels/closed:a/presence", "Authorization", token)
                            .status())
                    .isEqualTo(200);
            assertThat(HTTP.get("/v1/channels/closed:a/presence-stats", "Authorization", token)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(HTTP.get(HttpProbe.events("closed:b"), "Authorization", caps).status())
                .isEqualTo(403);
        assertThat(HTTP.get("/v1/channels/closed:a/presence", "Authorization", plain)
                        .status())
                .isEqualTo(403);
        assertThat(HTTP.get("/v1/channels/shown:a/presence", "Authorization", plain)
                        .status())
                .isEqualTo(409);
        assertThat(HTTP.get(closed, "Authorization", "Bearer " + token(-60)).at("/detail"))
                .contains("expired");
        assertThat(HTTP.post(closed, "{}", "Authorization", scope).status()).isEqualTo(403);
    }

    @Test
    void holdersOfTokensKeepToTheRateOfANamespace() throws JoseException {
        var token = "Bearer " + token(60, ",\"scope\":\"carillon:publish\"");
        var events = HttpProbe.events("slow:a");

        var statuses = new ArrayList<Integer>();
        for (int n = 0; n < 12; n++) {
            var answer = HTTP.post(events, "{}", "Authorization", token);
            statuses.add(answer.status());
            if (answer.status() == 429) {
                assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            }
        }

        assertThat(statuses).contains(202, 429).startsWith(202, 202, 202, 202, 202);
        assertThat(HTTP.post(events, "{}", "X-API-Key", "first-key").status()).isEqualTo(202);
        assertThat(HTTP.post(EVENTS, "{}", "Authorization", token).status()).isEqualTo(202);
    }

    @Test
    void streamsEndWithTheirToken() throws JoseException {
        // This returns only because the stream ends.
        var answer = HTTP.get("/v1/stream?channel=access&token=" + token(8));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).endsWith(": the token has expired\n\n");
    }

    @Test
    void aKeyIsGoodForItsScopesAndChannels() {
        var orders = HttpProbe.events("orders:1");
        assertThat(HTTP.post(orders, "{}", "X-API-Key", "shop-key").status()).isEqualTo(202);
        assertThat(HTTP.post(HttpProbe.events("news"), "{}", "X-API-Key", "shop-key")
                        .status())
                .isEqualTo(202);
        assertThat(HTTP.post(EVENTS, "{}", "X-API-Key", "shop-key").status()).isEqualTo(403);
        assertThat(HTTP.get(orders, "X-API-Key", "shop-key").status()).isEqualTo(403);
        assertThat(HTTP.post("/v1/poll", POLL, "X-API-Key", "shop-key").status())
                .isEqualTo(403);
        assertThat(HTTP.get("/v1/namespaces", "X-API-Key", "shop-key").status()).isEqualTo(403);
        assertThat(HTTP.post(orders, "{}", "X-API-Key", HASH).status()).isEqualTo(401);

        assertThat(HTTP.get(orders, "X-API-Key", "watch-key").status()).isEqualTo(200);
        assertThat(HTTP.post("/v1/poll", POLL, "X-API-Key", "watch-key").status())
                .isEqualTo(200);
        assertThat(HTTP.post(orders, "{}", "X-API-Key", "watch-key").at("/type"))
                .isEqualTo("/problems/forbidden");

        assertThat(HTTP.get("/v1/namespaces", "X-API-Key", "first-key").status())
                .isEqualTo(200);
        assertThat(HTTP.get("/v1/namespaces").status()).isEqualTo(401);
    }

    @Test
    void healthIsOpen() {
        assertThat(HTTP.get("/q/health/live").status()).isEqualTo(200);
    }

    private static int streamStatus(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(HttpProbe.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            var response = client.send(request.build(), BodyHandlers.ofInputStream());
            response.body().close();
            return response.statusCode();
        }
    }

    private static String token(int seconds) throws JoseException {
        return token(seconds, "");
    }

    /// @param claims more of it, as JSON members with a comma before each
    private static String token(int seconds, String claims) throws JoseException {
        var token = new JsonWebSignature();
        token.setPayload("{\"sub\":\"42\",\"exp\":%d%s}".formatted(Instant.now().getEpochSecond() + seconds, claims));
        token.setAlgorithmHeaderValue("HS256");
        token.setKey(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return token.getCompactSerialization();
    }
}
