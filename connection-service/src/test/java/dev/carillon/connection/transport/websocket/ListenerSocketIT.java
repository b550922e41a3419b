package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients that only listen, over WebSocket.
@QuarkusTest
@TestProfile(HastyNode.class)
@WithTestResource(InVmKafkaResource.class)
class ListenerSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PATH = "/connection/uni_websocket";
    private static final HttpProbe HTTP = new HttpProbe();
    private static @Nullable TestOwner owner;

    private final String channel = "uni:" + UUID.randomUUID();

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
        Ready.await(HTTP);
    }

    @Test
    void hearsBarePushesAndPingsThatWantNoAnswer() {
        try (var client = RawClient.openAt(PATH)) {
            // Given
            client.send("{\"subs\":{\"" + channel + "\":{}}}");
            await().atMost(PATIENCE).until(() -> !client.frames().isEmpty());
            assertThat(client.frames().getFirst())
                    .startsWith("{\"connect\":{\"client\":")
                    .contains("\"ping\":3", "\"subs\":{\"" + channel + "\":{", "\"session\":")
                    .doesNotContain("\"pong\"");

            // When: it also says what nobody wants to hear
            client.send("junk");
            HTTP.publish(channel, 1);

            // Then
            await().atMost(PATIENCE).until(() -> lines(client).size() >= 4);
            assertThat(lines(client)).anySatisfy(line -> assertThat(line)
                    .startsWith("{\"channel\":\"" + channel + "\",\"pub\":{\"data\":{\"n\":1}"));
            assertThat(lines(client).stream().filter("{}"::equals).count()).isGreaterThanOrEqualTo(2);
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void takesItsRequestInABinaryFrameToo() {
        try (var client = RawClient.openAt(PATH)) {
            client.sendBinary(("{\"subs\":{\"" + channel + "\":{}}}").getBytes(StandardCharsets.UTF_8));
            await().atMost(PATIENCE).until(() -> !client.frames().isEmpty());
            assertThat(client.frames().getFirst())
                    .startsWith("{\"connect\":{\"client\":")
                    .contains("\"" + channel + "\":{");

            // And what comes later is not looked at in that form either
            client.sendBinary(new byte[] {0, -1});
            HTTP.publish(channel, 1);
            await().atMost(PATIENCE)
                    .until(() -> lines(client).stream().anyMatch(line -> line.contains("\"pub\":{\"data\":{\"n\":1}")));
        }
        try (var client = RawClient.openAt(PATH)) {
            client.sendBinary(new byte[] {0, -1});

            assertThat(client.closed().code()).isEqualTo(3501);
        }
    }

    @Test
    void endsWithACloseCodeInsteadOfAnError() {
        try (var client = RawClient.openAt(PATH)) {
            client.send("no json");

            assertThat(client.closed().code()).isEqualTo(3501);
        }
        try (var client = RawClient.openAt(PATH)) {
            client.send("{\"data\":\"" + "x".repeat(65_536) + "\"}");

            assertThat(client.closed().code()).isEqualTo(1009);
        }
        try (var client = RawClient.openAt(PATH)) {
            assertThat(client.closed().code()).isEqualTo(3502);
        }
    }

    private static List<String> lines(RawClient client) {
        return client.frames().stream().flatMap(String::lines).toList();
    }
}
