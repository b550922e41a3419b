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
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
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

    private static ByteString bare(String token) {
        return JsonCodec.UNIDIRECTIONAL
                .encode(new Command(1, Method.Connect.EMPTY.withToken(token)))
                .bytes();
    }
}
