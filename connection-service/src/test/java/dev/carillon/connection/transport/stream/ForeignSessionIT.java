package dev.carillon.connection.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.transport.stream.StreamClient.Form;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Commands that come to another node than the session's: the test plays the other one.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class ForeignSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpProbe HTTP = new HttpProbe();
    private static final String OTHER = "other-" + UUID.randomUUID();
    private static final String INBOX = Topics.NODE_INBOX_PREFIX + OTHER;
    private static TestOwner owner;
    private static Producer<byte[], byte[]> producer;

    private final String channel = "foreign:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
        producer = KafkaProbe.shared().producer(Map.of());
        KafkaProbe.shared().createTopic(INBOX, 1);
    }

    @AfterAll
    static void stop() {
        producer.close();
        owner.close();
    }

    @Test
    void goesThroughTheInboxOfTheSessionsNode() {
        try (var client = StreamClient.connected(Form.LINES)) {
            // Given
            await().atMost(PATIENCE).until(() -> {
                heartbeat();
                return client.emulate(OTHER, "secret", utf8("0")) == 204;
            });

            // When
            for (int n = 1; n < 20; n++) {
                assertThat(client.emulate(OTHER, "secret", utf8(Integer.toString(n))))
                        .isEqualTo(204);
            }

            // Then
            var sent = read();
            assertThat(sent)
                    .extracting(one -> one.commands().toStringUtf8())
                    .isEqualTo(
                            IntStream.range(0, 20).mapToObj(Integer::toString).toList());
            assertThat(sent).extracting(InboxMessage.Commands::session).containsOnly("secret");
            assertThat(sent)
                    .extracting(InboxMessage.Commands::number)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void carriesOutWhatComesInTheInboxOnceAndInOrder() {
        try (var client = StreamClient.connected(Form.SSE_GET)) {
            // Given
            client.subscribe(channel);

            // When
            for (int n = 0; n < 50; n++) {
                var publish = new Method.Publish(channel, utf8(Integer.toString(n)), 0);
                deliver(client, n, StreamClient.frame(JsonCodec.INSTANCE, 100 + n, publish));
                deliver(client, n, StreamClient.frame(JsonCodec.INSTANCE, 1000 + n, publish));
            }
            deliver(client, 3, utf8("an old frame, broken too"));

            // Then
            client.publish(channel, "\"last\"");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.data(channel)).contains("49", "\"last\""));
            assertThat(client.data(channel).stream()
                            .filter(data -> !data.equals("\"last\""))
                            .toList())
                    .isEqualTo(
                            IntStream.range(0, 50).mapToObj(Integer::toString).toList());
            assertThat(client.hasEnded()).isFalse();
        }
    }

    @Test
    void tellsTheClientWhenWhatItSentByAnotherNodeIsMalformed() {
        try (var client = StreamClient.connected(Form.SSE_GET)) {
            deliver(client, 1, utf8("junk"));

            assertThat(client.disconnected()).isEqualTo(3501);
        }
    }

    private static void deliver(StreamClient client, long number, ByteString frame) {
        var connected = client.connected();
        var message = new InboxMessage.Commands("node-x", number, connected.session(), frame);
        var _ = producer.send(
                new ProducerRecord<>(Topics.NODE_INBOX_PREFIX + connected.node(), 0, null, InboxCodec.encode(message)));
        producer.flush();
    }

    private static void heartbeat() {
        var now = Instant.now();
        var state = new NodeState(OTHER, now.toEpochMilli(), now, 0);
        var _ = producer.send(
                new ProducerRecord<>(Topics.NODE_STATE, 0, OTHER.getBytes(StandardCharsets.US_ASCII), state.toJson()));
        producer.flush();
    }

    private static List<InboxMessage.Commands> read() {
        return KafkaProbe.shared().read(INBOX).stream()
                .map(record -> (InboxMessage.Commands) InboxCodec.decode(record.value()))
                .toList();
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
