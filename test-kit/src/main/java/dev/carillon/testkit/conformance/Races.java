package dev.carillon.testkit.conformance;

import static dev.carillon.testkit.conformance.Talker.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What holds although much happens at the same time.
final class Races {

    /// See [Pack#SETTINGS].
    static final int MAX_CHANNELS = 2_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Races() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("commands for one channel are carried out in order", Races::inOrder),
                new Scenario("a storm of subscribes and unsubscribes ends as the last one says", Races::flapping),
                new Scenario("clients that leave while they subscribe leave nothing behind", Races::leaving),
                new Scenario("concurrent publishers make one order for all", Races::publishers),
                new Scenario("racing repeats are delivered once", Races::repeats),
                new Scenario("one connection has two thousand channels and not one more", Races::channels),
                new Scenario("a slow client is let go and the others notice nothing", Races::slow),
                new Scenario("a burst comes in few frames", Races::burst));
    }

    private static void inOrder(Stage stage) {
        var client = stage.connected();
        var channel = stage.channel("order");
        long last = client.send(
                Method.Subscribe.to(channel),
                Method.Subscribe.to(channel),
                new Method.Unsubscribe(channel),
                Method.Subscribe.to(channel));
        client.success(last);
        client.success(last - 1);
        assertThat(client.failure(last - 2)).isEqualTo(105);
        client.success(last - 3);
    }

    private static void flapping(Stage stage) {
        var client = stage.connected();
        var random = new Random(7);
        var channels = List.of(stage.channel("a"), stage.channel("b"), stage.channel("c"));
        var subscribed = new boolean[3];
        var expected = new ArrayList<Boolean>();
        var commands = new ArrayList<Method>();
        for (int n = 0; n < 300; n++) {
            int at = random.nextInt(3);
            boolean subscribe = random.nextBoolean();
            commands.add(subscribe ? Method.Subscribe.to(channels.get(at)) : new Method.Unsubscribe(channels.get(at)));
            expected.add(!subscribe || !subscribed[at]);
            subscribed[at] = subscribe;
        }
        long last = client.send(commands.toArray(Method[]::new));
        for (int n = 0; n < 300; n++) {
            assertThat(client.answer(last - 299 + n) instanceof Reply.Success)
                    .as("command %d", n)
                    .isEqualTo(expected.get(n));
        }
        for (int at = 0; at < 3; at++) {
            client.publish(channels.get(at), "1");
            if (subscribed[at]) {
                client.awaitPublications(channels.get(at), 1);
            }
        }
    }

    private static void leaving(Stage stage) {
        var channel = stage.channel("fleeting");
        for (int n = 0; n < 40; n++) {
            var client = stage.open();
            client.send(Method.Connect.EMPTY, Method.Subscribe.to(channel), Method.Subscribe.to(channel + n));
            client.close();
        }
        var client = stage.connected();
        client.subscribe(channel);
        client.publish(channel, "1");
        assertThat(texts(client.awaitPublications(channel, 1))).containsExactly("1");
    }

    private static void publishers(Stage stage) throws Exception {
        int publishers = 8;
        int each = 50;
        var channel = stage.channel("shared");
        var listeners = List.of(stage.connected(), stage.connected());
        listeners.forEach(listener -> listener.subscribe(channel));
        var clients = Stream.generate(stage::connected).limit(publishers).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int p = 0; p < publishers; p++) {
                int number = p;
                threads.execute(() -> IntStream.range(0, each)
                        .forEach(n -> clients.get(number).publish(channel, "[" + number + "," + n + "]")));
            }
        }
        var first = listeners.get(0).awaitPublications(channel, publishers * each);
        var second = listeners.get(1).awaitPublications(channel, publishers * each);
        assertThat(first).isEqualTo(second).hasSize(publishers * each);
        assertThat(first).extracting(Publication::offset).isSorted().doesNotHaveDuplicates();
        for (int p = 0; p < publishers; p++) {
            int number = p;
            assertThat(texts(first).stream().filter(text -> text.startsWith("[" + number + ",")))
                    .isEqualTo(IntStream.range(0, each)
                            .mapToObj(n -> "[" + number + "," + n + "]")
                            .toList());
        }
    }

    private static void repeats(Stage stage) {
        var channel = stage.channel("once");
        var client = stage.connected();
        client.subscribe(channel);
        var racing = IntStream.range(0, 20)
                .mapToObj(_ ->
                        stage.http().postLater(NodeHttp.events(channel), "{\"once\":1}", "Idempotency-Key", channel))
                .toList();
        var ids = new HashSet<String>();
        for (var answer : racing) {
            var done = answer.join();
            assertThat(done.status()).isEqualTo(202);
            ids.add(done.at("/id"));
        }
        client.publish(channel, "{\"last\":1}");
        var heard = client.awaitPublications(channel, 2);
        assertThat(texts(heard)).containsExactly("{\"once\":1}", "{\"last\":1}");
        assertThat(ids).containsExactly(heard.getFirst().tags().get("ce_id"));
    }

    private static void channels(Stage stage) {
        var client = stage.connected();
        for (int n = 0; n < MAX_CHANNELS; n += 500) {
            int from = n;
            client.send(IntStream.range(from, from + 500)
                    .mapToObj(i -> Method.Subscribe.to(stage.channel("many" + i)))
                    .toArray(Method[]::new));
        }
        long last = client.lastId();
        for (long id = last - MAX_CHANNELS + 1; id <= last; id++) {
            client.success(id);
        }
        assertThat(client.refused(Method.Subscribe.to(stage.channel("many" + MAX_CHANNELS))))
                .isEqualTo(106);
        var publisher = stage.connected();
        for (int n = 0; n < MAX_CHANNELS; n += 100) {
            publisher.publish(stage.channel("many" + n), Integer.toString(n));
        }
        for (int n = 0; n < MAX_CHANNELS; n += 100) {
            assertThat(texts(client.awaitPublications(stage.channel("many" + n), 1)))
                    .containsExactly(Integer.toString(n));
        }
    }

    private static void slow(Stage stage) {
        var channel = stage.channel("flood");
        double before = closedAsSlow(stage);
        var slow = stage.connected();
        var quick = stage.connected();
        slow.subscribe(channel);
        quick.subscribe(channel);
        slow.line().reading(false);
        var publisher = stage.connected();
        var data = ByteString.copyFromUtf8("\"" + "x".repeat(30_000) + "\"");
        int count = 600; // more than the outbox and the system's buffers hold
        for (int n = 0; n < count; n++) {
            publisher.send(new Method.Publish(channel, data, 0));
            if (n % 5 == 4) { // few enough at a time for the quick one
                publisher.success(publisher.lastId());
                quick.awaitPublications(channel, n + 1);
            }
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(closedAsSlow(stage)).isEqualTo(before + 1));
        slow.line().reading(true);
        // A stream waits some seconds for its client to read the last word, and no longer.
        assertThat(slow.closed())
                .isIn(stage.transport() instanceof WebSocketTransport ? Set.of(3008) : Set.of(3008, Transport.CUT));
        assertThat(quick.isOpen()).isTrue();
    }

    private static double closedAsSlow(Stage stage) {
        return stage.http().counted("connections_closed", "code=\"slow\"");
    }

    private static void burst(Stage stage) {
        var channel = stage.channel("burst");
        var client = stage.connected();
        client.subscribe(channel);
        var publisher = stage.connected();
        int before = client.frames().size();
        var publishes = IntStream.range(0, 500)
                .mapToObj(n -> (Method) new Method.Publish(channel, ByteString.copyFromUtf8(Integer.toString(n)), 0))
                .toArray(Method[]::new);
        for (int n = 0; n < 500; n += 100) {
            publisher.success(publisher.send(Arrays.copyOfRange(publishes, n, n + 100)));
        }
        assertThat(texts(client.awaitPublications(channel, 500)))
                .isEqualTo(IntStream.range(0, 500).mapToObj(Integer::toString).toList());
        assertThat(client.frames().size() - before).isLessThan(500);
    }
}
