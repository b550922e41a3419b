package dev.carillon.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Endpoint.OnHeadExhausted;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Processes that are killed while endpoints are behind: ordered ones that fail, slow ones, one that is dead
/// for a while, one that is disabled for a while. Nothing is lost, nothing decided twice, ordered ones see
/// their events in order.
class CursorKillIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final List<String> ENDPOINTS =
            List.of("ordered-0", "ordered-1", "ordered-2", "slow-0", "slow-1", "dead-0", "off-0", "well-0", "well-1");
    private static final int EVENTS = 120;
    private static final int KILLS = 4;

    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> succeeded = new ConcurrentLinkedQueue<>();
    private volatile boolean isDead = true;

    @Test
    void killedWhileEndpointsAreBehindItLosesNothingAndKeepsTheOrder() {
        long seed = Long.getLong("carillon.seed", System.nanoTime());
        System.out.println("CursorKillIT seed: -Dcarillon.seed=" + seed);
        var random = new Random(seed);
        try (var kafka = InVmKafka.start();
                var processes = new Forks(kafka, "cursor-kill", 10);
                var receiver = HttpReceiver.start(this::answer)) {
            // Given
            var probe = kafka.probe();
            Deliveries.createTopics(probe);
            ENDPOINTS.forEach(id -> register(probe, receiver, id));
            processes.start("a");
            processes.start("b");

            // When
            try (var producer = probe.producer(Map.of("acks", "all"))) {
                for (int n = 1; n <= EVENTS; n++) {
                    for (var id : ENDPOINTS) {
                        var _ = producer.send(Deliveries.delivery(id, id + "/" + n, n));
                    }
                    if (n % (EVENTS / KILLS) == EVENTS / KILLS / 2) {
                        producer.flush();
                        int enough = receiver.received().size() + 50 + random.nextInt(150);
                        await().atMost(LONG).until(() -> receiver.received().size() >= enough);
                        processes.kill(random.nextBoolean() ? "a" : "b");
                    }
                    if (n == EVENTS / 2) {
                        isDead = false;
                        Deliveries.register(probe, Deliveries.endpoint("off-0", receiver.url("/off-0")));
                    }
                }
                producer.flush();
            }
            processes.kill(random.nextBoolean() ? "a" : "b");

            // Then
            await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(missing(probe))
                    .isEmpty());
            assertThat(probe.read(Topics.DELIVERY_DEAD)).isEmpty();
            assertThat(Deliveries.delivered(probe)).doesNotHaveDuplicates().hasSize(EVENTS * ENDPOINTS.size());
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(Deliveries.cursors(probe)).isEmpty());
            int repeated = succeeded.size() - EVENTS * ENDPOINTS.size();
            System.out.println("CursorKillIT: " + repeated + " repeated successes");
            assertThat(repeated).isBetween(0, EVENTS * ENDPOINTS.size() / 2);
            for (var id : ENDPOINTS) {
                assertInOrder(id);
            }
        }
    }

    private static void register(KafkaProbe probe, HttpReceiver receiver, String id) {
        var endpoint = Deliveries.endpoint(id, receiver.url("/" + id));
        if (id.startsWith("ordered")) {
            endpoint = Deliveries.ordered(endpoint, OnHeadExhausted.SKIP);
        } else if (id.startsWith("off")) {
            endpoint = endpoint.with(endpoint.state().asDisabled("manual"));
        }
        Deliveries.register(probe, endpoint);
    }

    private Answer answer(Received request) {
        var key = String.valueOf(request.header("webhook-id"));
        LockSupport.parkNanos(
                Duration.ofMillis(request.path().startsWith("/slow") ? 60 : 5).toNanos());
        boolean fails = request.path().startsWith("/dead")
                ? isDead
                : request.path().startsWith("/ordered") && Math.floorMod(key.hashCode(), 17) == 0 && failed.add(key);
        if (fails) {
            return Answer.of(500);
        }
        succeeded.add(key);
        return Answer.of(204);
    }

    /// First successes of ordered endpoints, in the order of their events.
    private void assertInOrder(String id) {
        var firsts =
                succeeded.stream().filter(key -> key.startsWith(id)).distinct().toList();
        assertThat(firsts).hasSize(EVENTS);
        if (id.startsWith("ordered")) {
            assertThat(firsts)
                    .extracting(key -> Integer.parseInt(key.substring(key.indexOf('/') + 1)))
                    .isSorted();
        }
    }

    private static List<String> missing(KafkaProbe probe) {
        var delivered = Set.copyOf(Deliveries.delivered(probe));
        var missing = new ArrayList<String>();
        for (var id : ENDPOINTS) {
            for (int n = 1; n <= EVENTS; n++) {
                if (!delivered.contains(id + " " + n)) {
                    missing.add(id + " " + n);
                }
            }
        }
        return missing.stream().limit(20).toList();
    }
}
