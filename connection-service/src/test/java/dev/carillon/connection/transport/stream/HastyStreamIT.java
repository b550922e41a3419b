package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.connection.transport.websocket.HastyNode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@TestProfile(HastyNode.class)
@WithTestResource(InVmKafkaResource.class)
class HastyStreamIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @BeforeAll
    static void start() {
        Ready.await(new HttpProbe());
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "LINES", "PROTOBUF"})
    void endsAStreamWhoseClientDoesNotAnswerPings(Form form) {
        try (var client = StreamClient.connected(form)) {
            assertThat(client.disconnected()).isEqualTo(3012);
            assertThat(client.replies()).contains(new Reply.Ping());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE_GET", "LINES", "PROTOBUF"})
    void keepsAStreamWhoseClientAnswersBesideIt(Form form) {
        try (var client = StreamClient.connected(form)) {
            for (int n = 1; n <= 2; n++) {
                int pings = n;
                await().atMost(PATIENCE)
                        .until(() -> client.replies().stream()
                                        .filter(Reply.Ping.class::isInstance)
                                        .count()
                                >= pings);
                assertThat(client.post(StreamClient.frame(form.codec(), 0, new Method.Pong())))
                        .isEqualTo(204);
            }
            assertThat(client.refused(Method.Subscribe.to(""))).isEqualTo(107);
        }
    }

    @Test
    void pingsListenersThatCannotAnswer() {
        try (var client = StreamClient.open(Form.UNI_SSE_GET, ByteString.EMPTY)) {
            assertThat(client.push(Push.Connect.class).ping()).isEqualTo(3);
            await().atMost(PATIENCE)
                    .until(() -> client.replies().stream()
                                    .filter(Reply.Ping.class::isInstance)
                                    .count()
                            >= 3);
            assertThat(client.hasEnded()).isFalse();
        }
    }

    @Test
    void doesNotWaitForEverForABody() throws IOException {
        var uri = HttpProbe.uri("/");
        try (var socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream()
                    .write("POST /connection/http_stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(30_000);

            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }
}
