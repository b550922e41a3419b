package dev.carillon.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.gate.GateLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/// Endpoints that accept connections and never answer, nine of ten: the others do not notice.
class IsolationIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int HEALTHY = 20;
    private static final int BLACK_HOLES = 180;
    private static final int ROUNDS = 60;

    private final Map<String, Long> sentAt = new HashMap<>();
    private int position;

    @Test
    void healthyEndpointsDoNotNoticeBlackHoles() throws IOException {
        try (var kafka = InVmKafka.start();
                var receiver = HttpReceiver.start();
                var hole = new BlackHole()) {
            // Given
            var probe = kafka.probe();
            Deliveries.createTopics(probe);
            var all = new ArrayList<String>();
            for (int i = 0; i < HEALTHY; i++) {
                Deliveries.register(probe, Deliveries.endpoint("well-" + i, receiver.url("/well-" + i)));
                all.add("well-" + i);
            }
            for (int i = 0; i < BLACK_HOLES; i++) {
                Deliveries.register(probe, Deliveries.endpoint("hole-" + i, hole.url("/hole-" + i)));
                all.add("hole-" + i);
            }
            var limits = new GateLimits(256, 16, 4000, 500, 256, 32 << 20, 32 << 20);
            var settings = EngineProcess.settings("isolation", Collections.nCopies(50, Duration.ofSeconds(3)), limits);
            try (var process = EngineProcess.start(kafka.bootstrapServers(), settings);
                    var producer = probe.producer(Map.of("acks", "all"))) {
                process.awaitReady();
                var healthy = all.subList(0, HEALTHY);
                measure(producer, healthy, receiver, 10);

                // When
                long without = measure(producer, healthy, receiver, ROUNDS);
                long with = measure(producer, all, receiver, ROUNDS);

                // Then
                System.out.println("IsolationIT: p99 " + without + " ms without, " + with + " ms with black holes");
                assertThat(with).isLessThan(Math.max(5 * without, 2_000));
                assertThat(hole.mostOpen()).isLessThanOrEqualTo(256);
                await().atMost(LONG)
                        .untilAsserted(() -> assertThat(behind(probe)).isEqualTo(BLACK_HOLES));
            }
        }
    }

    private static long behind(KafkaProbe probe) {
        return Deliveries.cursors(probe).keySet().stream()
                .filter(id -> id.startsWith("hole"))
                .count();
    }

    /// Sends each endpoint an event per round.
    ///
    /// @return how many milliseconds all but one percent of the healthy ones' deliveries took at most
    private long measure(
            KafkaProducer<byte[], byte[]> producer, List<String> endpoints, HttpReceiver receiver, int rounds) {
        receiver.forget();
        sentAt.clear();
        for (int round = 0; round < rounds; round++) {
            for (var endpoint : endpoints) {
                int number = ++position;
                var id = "event-" + number;
                sentAt.put(id, Instant.now().toEpochMilli());
                var _ = producer.send(Deliveries.delivery(endpoint, id, number));
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        await().atMost(LONG).until(() -> receiver.received().size() >= rounds * HEALTHY);
        var took = receiver.received().stream()
                .mapToLong(request ->
                        request.arrivedAt().toEpochMilli() - sentAt.getOrDefault(request.header("webhook-id"), 0L))
                .sorted()
                .toArray();
        return took[took.length * 99 / 100];
    }

    /// Accepts connections and says nothing.
    private static final class BlackHole implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();
        private volatile int most;

        BlackHole() throws IOException {
            Thread.ofVirtual().start(this::run);
        }

        URI url(String path) {
            return URI.create("http://127.0.0.1:" + server.getLocalPort() + path);
        }

        /// How many connections were open at a time.
        int mostOpen() {
            return most;
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        }

        private void run() {
            try {
                while (!server.isClosed()) {
                    var socket = server.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> swallow(socket));
                    most = Math.max(most, open.size());
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        private void swallow(Socket socket) {
            try (socket) {
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException _) {
                // Reset.
            } finally {
                open.remove(socket);
            }
        }
    }
}
