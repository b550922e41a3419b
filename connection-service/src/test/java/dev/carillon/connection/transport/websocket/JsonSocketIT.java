package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.ClientInfo;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class JsonSocketIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TestOwner running;

    @BeforeAll
    static void own() {
        running = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        Ready.await(new HttpProbe());
    }

    @Test
    void deliversWhatAnotherClientPublishes() {
        try (var listener = RawClient.connected();
                var publisher = RawClient.open()) {
            // Given
            var who = publisher.connect();
            var subscribed = listener.subscribe("news");

            // When
            publisher.publish("news", "{\"n\":1}");

            // Then
            assertThat(subscribed.recoverable()).isTrue();
            assertThat(subscribed.positioned()).isTrue();
            var publication = awaitPublications(listener, "news", 1).getFirst();
            assertThat(publication.data().toStringUtf8()).isEqualTo("{\"n\":1}");
            assertThat(publication.offset()).isGreaterThan(subscribed.position().offset());
            assertThat(publication.tags()).containsKey("ce_id").containsEntry("ce_type", "message");
            assertThat(publication.info()).isEqualTo(ClientInfo.of("", who.client()));
            assertThat(publication.time()).isPositive();
        }
    }

    @Test
    void answersConnectAndSubscribesOfOneFrameInOrder() {
        try (var client = RawClient.open()) {
            // When
            client.send(Method.Connect.EMPTY, Method.Subscribe.to("frame:a"), Method.Subscribe.to("frame:b"));

            // Then
            client.success(2);
            client.success(3);
            assertThat(client.replies().getFirst())
                    .isInstanceOfSatisfying(
                            Reply.Success.class, first -> assertThat(first.id()).isEqualTo(1));
        }
    }

    @Test
    void recoversExactlyWhatWasMissed() {
        // Given
        var since = seeThenLeave("recover");
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            IntStream.rangeClosed(1, 5).forEach(n -> publisher.publish("recover", "{\"missed\":" + n + "}"));

            // When
            var result = (Result.Subscribe)
                    client.call(Method.Subscribe.to("recover").recovering(since));

            // Then
            assertThat(result.wasRecovering()).isTrue();
            assertThat(result.recovered()).isTrue();
            assertThat(result.position()).isEqualTo(since);
            publisher.publish("recover", "{\"missed\":6}");
            var all = IntStream.rangeClosed(1, 6)
                    .mapToObj("{\"missed\":%d}"::formatted)
                    .toList();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(concat(texts(result.publications()), client.data("recover")))
                            .as("recovered, then live, with nothing between")
                            .isEqualTo(all));
        }
    }

    @Test
    void recoversFromBeforeTheNodeFollowedTheChannel() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            var epoch = client.subscribe("early:other").position().epoch();
            publisher.publish("early", "1");
            publisher.publish("early", "2");

            // When
            var result = (Result.Subscribe)
                    client.call(Method.Subscribe.to("early").recovering(new StreamPosition(0, epoch)));

            // Then
            assertThat(result.recovered()).isTrue();
            assertThat(texts(result.publications())).containsExactly("1", "2");
        }
    }

    @Test
    void saysThatItCannotRecoverWhatTheOwnerForgot() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            var epoch = client.subscribe("forgotten:other").position().epoch();
            publisher.publish("forgotten", "1");
            awaitHistory(publisher, "forgotten", 1);
            owner().forget(new Channel("forgotten"));

            // When
            var recovering = Method.Subscribe.to("forgotten").recovering(new StreamPosition(0, epoch));
            var result = (Result.Subscribe) client.call(recovering);

            // Then
            assertThat(result.wasRecovering()).isTrue();
            assertThat(result.recovered()).isFalse();
            assertThat(result.publications()).isEmpty();
            assertThat(result.position().offset()).isPositive();
        }
    }

    @Test
    void saysThatItCannotRecoverFromAnotherLog() {
        try (var client = RawClient.connected()) {
            var recovering = Method.Subscribe.to("otherlog").recovering(new StreamPosition(7, "another"));

            var result = (Result.Subscribe) client.call(recovering);

            assertThat(result.wasRecovering()).isTrue();
            assertThat(result.recovered()).isFalse();
        }
    }

    @Test
    void fillsTheGapThatALostPublicationLeaves() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            client.subscribe("gap");
            owner().loseNext(new Channel("gap"), 1);

            // When
            publisher.publish("gap", "1");
            publisher.publish("gap", "2");

            // Then
            awaitPublications(client, "gap", 2);
            assertThat(client.data("gap")).containsExactly("1", "2");
        }
    }

    @Test
    void findsALostLastPublication() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            client.subscribe("lostlast");
            owner().loseNext(new Channel("lostlast"), 1);

            // When
            publisher.publish("lostlast", "1");

            // Then
            awaitPublications(client, "lostlast", 1);
        }
    }

    @Test
    void tellsASubscriberThatItsStreamIsBroken() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            client.subscribe("broken");
            owner().loseNext(new Channel("broken"), 1);
            publisher.publish("broken", "1");
            awaitHistory(publisher, "broken", 1);
            owner().forget(new Channel("broken"));

            // When
            publisher.publish("broken", "2");

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.replies()).anySatisfy(reply -> assertThat(reply)
                            .isEqualTo(Push.to("broken", new Push.Unsubscribe(2500, "insufficient state")))));
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void answersCommandsForOneChannelInOrder() {
        try (var client = RawClient.connected()) {
            // When
            client.send(
                    Method.Subscribe.to("order"),
                    Method.Subscribe.to("order"),
                    new Method.Unsubscribe("order"),
                    Method.Subscribe.to("order"));

            // Then
            client.success(2);
            assertThat(client.failure(3)).isEqualTo(105);
            client.success(4);
            client.success(5);
        }
    }

    @Test
    void sendsNothingAfterUnsubscribe() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            client.subscribe("quiet");
            client.subscribe("loud");
            client.call(new Method.Unsubscribe("quiet"));

            // When
            publisher.publish("quiet", "1");
            publisher.publish("loud", "1");

            // Then
            awaitPublications(client, "loud", 1);
            assertThat(client.data("quiet")).isEmpty();
        }
    }

    @Test
    void givesHistoryInPages() {
        try (var client = RawClient.connected()) {
            // Given
            IntStream.rangeClosed(1, 4).forEach(n -> client.publish("past", Integer.toString(n)));
            awaitHistory(client, "past", 4);

            // When
            var first = (Result.History) client.call(new Method.History("past", 2, null, false));
            var last = first.publications().getLast().offset();
            var since = new StreamPosition(last, first.position().epoch());
            var second = (Result.History) client.call(new Method.History("past", 10, since, false));
            var newest = (Result.History) client.call(new Method.History("past", 1, null, true));
            var position = (Result.History) client.call(new Method.History("past", 0, null, false));

            // Then
            assertThat(texts(first.publications())).containsExactly("1", "2");
            assertThat(texts(second.publications())).containsExactly("3", "4");
            assertThat(texts(newest.publications())).containsExactly("4");
            assertThat(position.publications()).isEmpty();
            assertThat(position.position().offset()).isPositive();
        }
    }

    @Test
    void refusesWhatItCannotDoAndGoesOn() {
        try (var client = RawClient.connected()) {
            assertThat(client.refused(Method.Subscribe.to(""))).isEqualTo(107);
            assertThat(client.refused(Method.Subscribe.to("bell\u00e9"))).isEqualTo(107);
            assertThat(client.refused(new Method.Presence("a"))).isEqualTo(108);
            assertThat(client.refused(new Method.PresenceStats("a"))).isEqualTo(108);
            assertThat(client.refused(new Method.Rpc("ring", ByteString.EMPTY))).isEqualTo(108);
            assertThat(client.refused(new Method.Ping())).isEqualTo(108);
            assertThat(client.refused(new Method.Publish("carillon:a", ByteString.copyFromUtf8("1"), 0)))
                    .isEqualTo(103);
            assertThat(client.refused(new Method.Publish("a", ByteString.EMPTY, 0)))
                    .isEqualTo(107);
            client.subscribe("still-works");
        }
    }

    @Test
    void limitsTheChannelsOfOneClient() {
        try (var client = RawClient.connected()) {
            // Given
            IntStream.rangeClosed(1, 128).forEach(n -> client.send(Method.Subscribe.to("limit:" + n)));
            client.success(129);

            // When
            int code = client.refused(Method.Subscribe.to("limit:129"));

            // Then
            assertThat(code).isEqualTo(106);
        }
    }

    @Test
    void endsConnectionsThatBreakTheProtocol() {
        assertClosed(3501, client -> client.send(Method.Subscribe.to("first")));
        assertClosed(3501, client -> client.send(Method.Connect.EMPTY, Method.Connect.EMPTY));
        assertClosed(3501, client -> client.send("{\"id\":1,"));
        assertClosed(3501, client -> client.send(""));
        assertClosed(3501, client -> client.send("{\"id\":1,\"ring\":{}}"));
        assertClosed(3501, client -> client.send("{\"id\":1,\"connect\":{}}\n{}"));
        assertClosed(3508, client -> client.send("{\"id\":1,\"connect\":{}}\n{\"send\":{\"data\":{}}}"));
        assertClosed(1009, client -> client.send("{\"id\":1,\"connect\":{\"data\":\"" + "x".repeat(65_536) + "\"}}"));
    }

    @Test
    void endsAConnectionThatSendsBinaryFramesInJson() {
        try (var client = RawClient.open()) {
            client.sendBinary(new byte[] {1, 2, 3});

            assertThat(client.closed().code()).isEqualTo(3501);
        }
    }

    @Test
    void readsWhatAConnectionSpeaksInWhicheverKindOfFrame() {
        try (var json = RawClient.open();
                var protobuf = RawClient.open("?cf_protocol=protobuf")) {
            json.sendBinary("{\"id\":1,\"connect\":{}}".getBytes(StandardCharsets.UTF_8));
            protobuf.send("{\"id\":1,\"connect\":{}}");

            assertThat(json.success(1)).isInstanceOf(Result.Connect.class);
            assertThat(protobuf.closed().code()).isEqualTo(3501);
        }
        try (var json = RawClient.open()) {
            json.sendBinary(ProtobufCodec.INSTANCE
                    .encode(new Command(1, Method.Connect.EMPTY))
                    .bytes()
                    .toByteArray());

            assertThat(json.closed().code()).isEqualTo(3501);
        }
    }

    @Test
    void cutsOffAJsonClientForWhomDataIsNotJson() {
        try (var client = RawClient.connected()) {
            // Given
            client.subscribe("bytes");

            // When
            KafkaProbe.shared()
                    .produce(new ProducerRecord<>(
                            Topics.EVENT_PUBLISHED,
                            "bytes".getBytes(StandardCharsets.US_ASCII),
                            "not json".getBytes(StandardCharsets.US_ASCII)));

            // Then
            assertThat(client.closed().code()).isEqualTo(3506);
        }
    }

    @Test
    void tellsToTryAgainWhenNobodyOwnsTheChannel() {
        try (var client = RawClient.connected()) {
            // Given
            owner().silent(true);

            // When
            int code = client.refused(Method.Subscribe.to("nobody"));
            owner().silent(false);

            // Then
            assertThat(code).isEqualTo(100);
            client.subscribe("nobody");
        }
    }

    @Test
    void survivesALargeBurst() {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            // Given
            client.subscribe("burst");
            int count = 500;

            // When
            for (int n = 0; n < count; n++) {
                publisher.send(new Method.Publish("burst", ByteString.copyFromUtf8(Integer.toString(n)), 0));
                if (n % 100 == 99) {
                    publisher.success(publisher.lastId());
                }
            }

            // Then
            awaitPublications(client, "burst", count);
            assertThat(client.data("burst"))
                    .isEqualTo(IntStream.range(0, count)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(client.frames().size()).isLessThan(count);
        }
    }

    @Test
    void closesASlowClientInsteadOfBuffering() {
        try (var publisher = RawClient.connected();
                var slow = RawClient.connected();
                var quick = RawClient.connected()) {
            // Given
            slow.subscribe("flood");
            quick.subscribe("flood");
            slow.reading(false);
            var data = ByteString.copyFromUtf8("\"" + "x".repeat(60_000) + "\"");

            // When: more than its outbox and the system's buffers hold
            for (int n = 0; n < 400; n++) {
                publisher.send(new Method.Publish("flood", data, 0));
                if (n % 20 == 19) {
                    publisher.success(publisher.lastId());
                }
            }
            slow.reading(true);

            // Then
            assertThat(slow.closed().code()).isEqualTo(3008);
            assertThat(quick.isOpen()).isTrue();
        }
    }

    private static StreamPosition seeThenLeave(String channel) {
        try (var publisher = RawClient.connected();
                var client = RawClient.connected()) {
            var subscribed = client.subscribe(channel);
            publisher.publish(channel, "{\"seen\":1}");
            var seen = awaitPublications(client, channel, 1).getFirst();
            return new StreamPosition(seen.offset(), subscribed.position().epoch());
        }
    }

    private static void assertClosed(int code, Consumer<RawClient> fault) {
        try (var client = RawClient.open()) {
            fault.accept(client);
            assertThat(client.closed().code()).isEqualTo(code);
        }
    }

    private static void awaitHistory(RawClient client, String channel, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            var page = (Result.History) client.call(new Method.History(channel, 100, null, false));
            assertThat(page.publications()).hasSizeGreaterThanOrEqualTo(count);
        });
    }

    private static List<Publication> awaitPublications(RawClient client, String channel, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.publications(channel)).hasSizeGreaterThanOrEqualTo(count));
        return client.publications(channel);
    }

    private static List<String> texts(List<Publication> publications) {
        return publications.stream()
                .map(publication -> publication.data().toStringUtf8())
                .toList();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static TestOwner owner() {
        if (running == null) {
            throw new IllegalStateException("nobody owns channels");
        }
        return running;
    }
}
