package dev.carillon.connection.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.bound.RawSocket;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.MalformedFrameException;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import dev.carillon.testkit.conformance.Asked;
import dev.carillon.testkit.conformance.Door;
import dev.carillon.testkit.conformance.Talker;
import dev.carillon.testkit.conformance.WebSocketTransport;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever a client sends, it hurts nobody but itself.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class FuzzIT {

    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int SERVER_ERROR = 3004;

    private static @Nullable TestOwner owner;

    private final long seed = Long.getLong("carillon.seed", System.nanoTime());
    private final Random random = new Random(seed);

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
    void hurtsNobodyWithRandomFrames() throws IOException {
        System.out.println("FuzzIT: -Dcarillon.seed=" + seed);
        try (var alarm = new Alarm();
                var json = talker(WebSocketTransport.WEBSOCKET_JSON).connect();
                var protobuf = talker(WebSocketTransport.WEBSOCKET_PROTOBUF).connect()) {
            var good = List.of(json, protobuf);
            good.forEach(client -> client.subscribe("fuzz:good"));
            long end = System.nanoTime() + TIME.toNanos();
            int rounds = 0;
            while (System.nanoTime() < end) {
                for (var transport : WebSocketTransport.values()) {
                    attack(transport);
                }
                attackBelow();
                json.publish("fuzz:good", Integer.toString(rounds));
                rounds++;
                for (var client : good) {
                    assertThat(Talker.texts(client.awaitPublications("fuzz:good", rounds)))
                            .as("seed %d", seed)
                            .hasSize(rounds)
                            .endsWith(Integer.toString(rounds - 1));
                }
            }
            assertThat(good).allMatch(Talker::isOpen);
            assertThat(alarm.heard).as("logged as an error, seed %d", seed).isEmpty();
        }
    }

    private static Talker talker(WebSocketTransport transport) {
        return new Talker(transport, Door.at(HttpProbe.uri("/")));
    }

    /// One connection that sends rubbish until it is closed.
    private void attack(WebSocketTransport transport) {
        try (var attacker = talker(transport)) {
            if (random.nextInt(4) > 0) {
                attacker.connect();
            }
            for (int n = random.nextInt(10); n >= 0 && attacker.isOpen(); n--) {
                var frame = frame(transport);
                survives(transport, frame);
                try {
                    attacker.line().send(frame);
                } catch (RuntimeException e) {
                    break; // closed in the meantime
                }
            }
            // What comes back has to be well formed, or the talker could not have read it.
            if (!attacker.isOpen()) {
                assertThat(attacker.closed()).as("seed %d", seed).isNotEqualTo(SERVER_ERROR);
            }
        }
    }

    /// One connection with frames that no WebSocket library would send.
    private void attackBelow() throws IOException {
        try (var socket = new RawSocket()) {
            socket.upgrade("");
            var bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                socket.write(RawSocket.masked(random.nextInt(16), bytes));
            }
            socket.write(bytes);
        } catch (IOException e) {
            assertThat(e).as("the node has had enough").hasMessageNotContaining("refused");
        }
    }

    private static void survives(WebSocketTransport transport, ByteString frame) {
        try {
            assertThat(transport.codec().decodeCommands(frame)).isNotNull();
        } catch (MalformedFrameException e) {
            assertThat(e.closeCode().code()).isEqualTo(3501);
        }
    }

    private ByteString frame(WebSocketTransport transport) {
        var commands = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(n -> transport.codec().encode(new Command(n + 2, method())))
                .toList();
        var bytes = transport.codec().join(commands).bytes().toByteArray();
        return switch (random.nextInt(6)) {
            case 0 -> noise(transport);
            case 1 -> transport.carried(ByteString.copyFrom(bytes, 0, random.nextInt(bytes.length)));
            case 2, 3 -> transport.carried(mutated(bytes));
            default -> ByteString.copyFrom(bytes);
        };
    }

    private ByteString noise(WebSocketTransport transport) {
        var bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return transport.carried(ByteString.copyFrom(bytes));
    }

    private ByteString mutated(byte[] bytes) {
        var changed = bytes.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            changed[random.nextInt(changed.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[]\":,\n0\\".charAt(random.nextInt(10)));
        }
        return ByteString.copyFrom(changed);
    }

    private Method method() {
        var channel = "fuzz:" + random.nextInt(3);
        return switch (random.nextInt(12)) {
            case 0 -> Method.Subscribe.to(channel);
            case 1 ->
                Method.Subscribe.to(channel).recovering(new StreamPosition(random.nextLong(Long.MAX_VALUE), word()));
            case 2 -> Asked.of(channel).filter(filter(random.nextInt(12))).make();
            case 3 -> Asked.of(channel).delta("fossil").make();
            case 4 -> new Method.Unsubscribe(channel);
            case 5 -> new Method.Publish(channel, ByteString.copyFromUtf8("{\"n\":[" + random.nextInt() + "]}"), 0);
            case 6 ->
                new Method.History(channel, random.nextInt(), new StreamPosition(1, word()), random.nextBoolean());
            case 7 -> new Method.Presence(word());
            case 8 -> new Method.Rpc(word(), ByteString.copyFromUtf8("[[[]]]"));
            case 9 -> new Method.SubRefresh(channel, word(), random.nextInt(3));
            case 10 -> new Method.Refresh(word());
            default -> Method.Connect.EMPTY.withSubs(Map.of(word(), Method.Subscribe.to("")));
        };
    }

    private FilterNode filter(int depth) {
        if (depth == 0) {
            return FilterNode.leaf(
                    word(), List.of("eq", "lt", "gte", "ct", "no").get(random.nextInt(5)), word());
        }
        var nodes = new ArrayList<FilterNode>();
        for (int n = random.nextInt(3); n >= 0; n--) {
            nodes.add(filter(n == 0 ? depth - 1 : 0));
        }
        return FilterNode.inner(List.of("and", "or", "not", "no").get(random.nextInt(4)), nodes);
    }

    private String word() {
        return random.nextInt(3) == 0 ? "" : "w\u00f6rd".substring(random.nextInt(4)) + random.nextInt(100);
    }

    /// Hears everything that the service logs as an error.
    private static final class Alarm extends Handler implements AutoCloseable {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        Alarm() {
            Logger.getLogger("").addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
                heard.add(record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            Logger.getLogger("").removeHandler(this);
        }
    }
}
