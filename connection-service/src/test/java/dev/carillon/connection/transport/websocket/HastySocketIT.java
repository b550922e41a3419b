package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Reply;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(HastyNode.class)
@WithTestResource(InVmKafkaResource.class)
class HastySocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner owner;

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
    void awaitReady() {
        Ready.await(new HttpProbe());
    }

    @Test
    void endsAConnectionThatNeverSaysWhoItIs() {
        try (var client = RawClient.open()) {
            assertThat(client.closed().code()).isEqualTo(3502);
        }
    }

    @Test
    void endsAConnectionThatDoesNotAnswerPings() {
        try (var client = RawClient.open()) {
            var connected = client.connect();

            assertThat(connected.ping()).isEqualTo(3);
            assertThat(connected.pong()).isTrue();
            assertThat(client.closed().code()).isEqualTo(3012);
            assertThat(client.replies()).contains(new Reply.Ping());
        }
    }

    @Test
    void keepsAConnectionThatAnswersPings() {
        try (var client = RawClient.connected()) {
            for (int n = 1; n <= 3; n++) {
                int pings = n;
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.replies().stream()
                                .filter(Reply.Ping.class::isInstance)
                                .count())
                        .isEqualTo(pings));
                client.send("{}");
            }

            client.subscribe("still-there");
        }
    }

    @Test
    void pingsWithFramesWhenAskedTo() {
        try (var client = RawClient.open("?cf_ws_frame_ping_pong=true")) {
            // When
            var connected = client.connect();

            // Then
            assertThat(connected.ping()).isZero();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.framePings()).isGreaterThanOrEqualTo(2));
            assertThat(client.isOpen()).isTrue();
            assertThat(client.replies()).doesNotContain(new Reply.Ping());
        }
    }

    @Test
    void stopsFollowingAChannelThatNobodyListensTo() {
        var channel = new Channel("linger");
        try (var client = RawClient.connected()) {
            // Given
            client.subscribe("linger");
            assertThat(followers(channel)).isOne();

            // When
            client.call(new Method.Unsubscribe("linger"));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(followers(channel)).isZero());
        }
    }

    private static int followers(Channel channel) {
        return owner == null ? -1 : owner.followers(channel).size();
    }
}
