package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.GuardedNode;
import dev.carillon.contract.client.Method;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// WebSockets of pages whose users have a token in a cookie.
@QuarkusTest
@TestProfile(GuardedNode.class)
@WithTestResource(InVmKafkaResource.class)
class CookieSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner owner;

    @BeforeAll
    static void start() {
        Ready.await(new HttpProbe());
        owner = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        if (owner != null) {
            owner.close();
        }
    }

    @Test
    void connectsAPageThatIsAllowed() {
        try (var page = RawClient.open(headers(600), "");
                var late = RawClient.open(headers(-60), "")) {
            assertThat(page.connect().subs()).containsOnlyKeys("served:cookie");
            page.subscribe("for:users");
            assertThat(late.refused(Method.Connect.EMPTY)).isEqualTo(109);
        }
    }

    @Test
    void aTokenInTheCommandCountsMore() {
        try (var page = RawClient.open(headers(600), "")) {
            page.send(Method.Connect.EMPTY.withToken("junk"));

            assertThat(page.closed().code()).isEqualTo(3500);
        }
    }

    @Test
    void connectsAPageThatOnlyListens() {
        try (var page = RawClient.openAt(headers(600), "/connection/uni_websocket");
                var late = RawClient.openAt(headers(-60), "/connection/uni_websocket")) {
            page.send("{}");
            late.send("{}");

            await().atMost(PATIENCE).until(() -> page.frames().toString().contains("\"subs\":{\"served:cookie\":{"));
            assertThat(late.closed().code()).isEqualTo(3005);
        }
    }

    private static Map<String, String> headers(int seconds) {
        var token = GuardedNode.token(seconds, ",\"channels\":[\"served:cookie\"]");
        return Map.of("Cookie", GuardedNode.COOKIE + "=" + token, "Origin", GuardedNode.ORIGIN);
    }
}
