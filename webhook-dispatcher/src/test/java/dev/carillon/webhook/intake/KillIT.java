package dev.carillon.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Topics;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.HttpReceiver.Received;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.delivery.AttemptRecords.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/// Real processes, really killed (SIGKILL) at random moments, while deliveries come in and fail and succeed:
/// nothing may be lost, nothing decided twice, and what is repeated must stay within what was under way.
class KillIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int ENDPOINTS = 12;
    private static final int EVENTS = 250;
    private static final int KILLS = 4;
    private static final int ALL = ENDPOINTS * EVENTS;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    @Test
    void killedProcessesLoseNothingAndDecideNothingTwice() {
        long seed = Long.getLong("carillon.seed", System.nanoTime());
        System.out.println("KillIT seed: -Dcarillon.seed=" + seed);
        var random = new Random(seed);
        try (var kafka = InVmKafka.start();
                var processes = new Forks(kafka, "kill", 1000);
                var receiver = HttpReceiver.start(this::answer)) {
            // Given
            var probe = kafka.probe();
            Deliveries.createTopics(probe);
            for (int i = 0; i < ENDPOINTS; i++) {
                Deliveries.register(probe, Deliveries.endpoint("ep-" + i, receiver.url("/ep-" + i)));
            }
            processes.start("a");
            processes.start("b");

            // When
            try (var producer = probe.producer(Map.of("acks", "all", "linger.ms", "2"))) {
                produce(producer, random, receiver, processes);
            }

            // Then
            await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(missing(probe))
                    .isEmpty());
            assertThat(probe.read(Topics.DELIVERY_DEAD)).isEmpty();
            assertThat(seen).hasSize(ALL);
            assertThat(Deliveries.delivered(probe)).doesNotHaveDuplicates().hasSize(ALL);
            assertThat(repeatedDecisions(probe)).isEmpty();
            int repeated = receiver.received().size() - ALL - failed.size();
            System.out.println("KillIT: " + repeated + " repeated requests of " + ALL);
            assertThat(repeated).isLessThan(ALL / 2);
        }
    }

    /// One in seven events fails at its first arrival.
    private Answer answer(Received request) {
        var key = key(request);
        LockSupport.parkNanos(
                Duration.ofMillis(5 + Math.floorMod(key.hashCode(), 40)).toNanos());
        if (key.hashCode() % 7 == 0 && failed.add(key)) {
            return Answer.of(500);
        }
        seen.add(key);
        return Answer.of(204);
    }

    private void produce(
            KafkaProducer<byte[], byte[]> producer, Random random, HttpReceiver receiver, Forks processes) {
        int killEvery = EVENTS / (KILLS + 1);
        int arrived = 0;
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int n = 1; n <= EVENTS; n++) {
            for (int e = 0; e < ENDPOINTS; e++) {
                sent.add(producer.send(Deliveries.delivery("ep-" + e, "event-" + n, n)));
            }
            if (n % killEvery == 0 && n / killEvery <= KILLS) {
                int enough = arrived + killEvery * ENDPOINTS / 4 + random.nextInt(killEvery * ENDPOINTS / 2);
                await().atMost(LONG).until(() -> receiver.received().size() >= enough);
                processes.kill(random.nextBoolean() ? "a" : "b");
                arrived = receiver.received().size();
            }
        }
        producer.flush();
        assertThat(sent).allSatisfy(future -> assertThat(future).succeedsWithin(LONG));
    }

    /// What is not delivered, with all that the ledger says about it.
    private static List<String> missing(KafkaProbe probe) {
        var delivered = Set.copyOf(Deliveries.delivered(probe));
        var missing = new ArrayList<String>();
        for (int e = 0; e < ENDPOINTS; e++) {
            for (int n = 1; n <= EVENTS; n++) {
                var name = "ep-" + e + " " + n;
                if (!delivered.contains(name)) {
                    missing.add(name);
                }
            }
        }
        return missing.stream()
                .limit(20)
                .map(name -> name + ": " + history(probe, name))
                .toList();
    }

    private static List<String> history(KafkaProbe probe, String name) {
        return Deliveries.ledger(probe).stream()
                .filter(trace -> name.equals(trace.endpoint() + " "
                        + Objects.requireNonNull(trace.mark()).offset()))
                .map(Trace::toString)
                .toList();
    }

    private static List<String> repeatedDecisions(KafkaProbe probe) {
        var bySource = new HashMap<String, Integer>();
        for (Trace trace : Deliveries.ledger(probe)) {
            bySource.merge(trace.source() + " attempt " + trace.attempt(), 1, Integer::sum);
        }
        return bySource.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String key(Received request) {
        return request.path() + " " + request.header("webhook-id");
    }
}
