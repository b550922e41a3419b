package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that only listen, over HTTP.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class ListenerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "listener:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNI_SSE_GET", "UNI_SSE_POST", "UNI_LINES"})
    void hearsTheChannelsThatItAsksFor(Form form) {
        var other = channel + "-2";
        try (var client = StreamClient.open(form, asking(channel, other))) {
            // Given
            var connect = client.push(Push.Connect.class);
            assertThat(connect.client()).isNotEmpty();
            assertThat(connect.session()).isNotEmpty().isNotEqualTo(connect.client());
            assertThat(connect.ping()).isPositive();
            assertThat(connect.pong()).isFalse();
            assertThat(connect.subs()).containsOnlyKeys(channel, other);

            // When
            HTTP.publish(channel, 1);
            HTTP.publish(other, 2);

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(client.data(channel)).containsExactly("{\"n\":1}");
                assertThat(client.data(other)).containsExactly("{\"n\":2}");
            });
            assertThat(client.replies().getFirst()).isInstanceOfSatisfying(Push.class, push -> assertThat(push.body())
                    .isEqualTo(connect));
        }
    }

    @Test
    void recoversInItsFirstMessage() {
        // Given
        var position = Position.parse(HTTP.publish(channel, 0));
        HTTP.publish(channel, 1);
        HTTP.publish(channel, 2);

        // When
        var since = new StreamPosition(position.offset(), position.epoch());
        var wish = Method.Connect.EMPTY.withSubs(
                Map.of(channel, Method.Subscribe.to("").recovering(since)));
        try (var client = StreamClient.open(Form.UNI_SSE_GET, bare(wish))) {
            // Then
            var sub = Objects.requireNonNull(
                    client.push(Push.Connect.class).subs().get(channel));
            assertThat(sub.recovered()).isTrue();
            assertThat(sub.publications())
                    .extracting(one -> one.data().toStringUtf8())
                    .containsExactly("{\"n\":1}", "{\"n\":2}");
            HTTP.publish(channel, 3);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data(channel)).containsExactly("{\"n\":3}"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNI_SSE_GET", "UNI_SSE_POST", "UNI_LINES"})
    void connectsWithoutSayingAnything(Form form) {
        try (var client = StreamClient.open(form, ByteString.EMPTY)) {
            assertThat(client.push(Push.Connect.class).subs()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"token\":1}", "{\"subs\":{\"\":{}}}", "{\"subs\":{\"\u00e4\":{}}}"})
    void endsWithAWordInsteadOfAnError(String request) {
        try (var client = StreamClient.open(Form.UNI_LINES, ByteString.copyFromUtf8(request))) {
            assertThat(client.response().statusCode()).isEqualTo(200);
            assertThat(client.disconnected()).isEqualTo(3501);
        }
    }

    @Test
    void endsWhenItAsksForTooManyChannels() {
        var names = IntStream.range(0, 129).mapToObj(i -> channel + "-" + i).toArray(String[]::new);
        try (var client = StreamClient.open(Form.UNI_LINES, asking(names))) {
            assertThat(client.disconnected()).isEqualTo(3505);
        }
    }

    @Test
    void endsWhenContinuityIsLost() {
        try (var client = StreamClient.open(Form.UNI_LINES, asking(channel))) {
            // Given
            client.push(Push.Connect.class);
            HTTP.publish(channel, 1);
            await().atMost(PATIENCE).until(() -> client.data(channel).size() == 1);

            // When
            owner.loseNext(new Channel(channel), 1);
            HTTP.publish(channel, 2);
            owner.forget(new Channel(channel));
            HTTP.publish(channel, 3);

            // Then
            assertThat(client.disconnected()).isEqualTo(3010);
        }
    }

    @Test
    void cannotBeSpokenFor() {
        try (var client = StreamClient.open(Form.UNI_LINES, ByteString.EMPTY)) {
            var connect = client.push(Push.Connect.class);
            var frame = StreamClient.frame(JsonCodec.INSTANCE, 1, Method.Subscribe.to(channel));

            assertThat(client.emulate(connect.node(), connect.session(), frame)).isEqualTo(404);
        }
    }

    private static ByteString asking(String... channels) {
        var wishes = IntStream.range(0, channels.length)
                .boxed()
                .collect(Collectors.toMap(i -> channels[i], _ -> Method.Subscribe.to("")));
        return bare(Method.Connect.EMPTY.withSubs(wishes));
    }

    private static ByteString bare(Method.Connect request) {
        return JsonCodec.UNIDIRECTIONAL.encode(new Command(1, request)).bytes();
    }
}
