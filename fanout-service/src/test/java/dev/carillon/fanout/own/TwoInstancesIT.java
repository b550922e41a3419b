package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The promise of the module: whatever dies, a node that applies the chain rule sees every event exactly once,
/// in order per channel.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TwoInstancesIT {

    private static final Logger LOG = Logger.getLogger(TwoInstancesIT.class);
    private static final int PARTITIONS = 4;
    private static final int CHANNELS = 40;
    private static final int EVENTS = 20_000;

    private final TestCluster cluster = new TestCluster(PARTITIONS);
    private final List<Engine> engines = new ArrayList<>();

    /// What was published, by channel and offset.
    private final Map<Channel, ConcurrentSkipListMap<Long, String>> published = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void everyEventArrivesOnceAndInOrderWhileInstancesDie() {
        // Given
        long seed = System.nanoTime();
        LOG.infof("seed %d", seed);
        var random = new Random(seed);
        register("hook");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            channels().forEach(channel -> node.follow(channel, new Position(cluster.epoch(), 0)));
            engines.add(cluster.start("a"));
            engines.add(cluster.start("b"));

            // When
            var publisher = Thread.ofPlatform().start(() -> publishAll(seed));
            for (int i = 0; publisher.isAlive(); i++) {
                disturb(random, i);
            }

            // Then
            await().atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(node.deliveredCount()).isGreaterThanOrEqualTo(EVENTS));
            for (var channel : channels()) {
                assertThat(node.delivered(channel).stream()
                                .map(entry -> entry.event().id().value())
                                .toList())
                        .as("%s with seed %d", channel, seed)
                        .containsExactlyElementsOf(
                                Objects.requireNonNull(published.get(channel)).values());
            }
            assertThat(node.broken()).isZero();
            LOG.infof("the node met %d gaps", node.gaps());
            assertDelivered(seed);
        }
    }

    /// Kills, stops and starts instances, at most one at a time.
    private void disturb(Random random, int turn) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1000 + random.nextInt(2000)));
        int victim = random.nextInt(engines.size());
        if (random.nextInt(4) == 0) {
            engines.get(victim).close();
        } else {
            engines.get(victim).crash();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3000)));
        engines.set(victim, cluster.start(victim == 0 ? "a" : "b"));
        LOG.infof("turn %d: restarted instance %d", turn, victim);
    }

    private void publishAll(long seed) {
        var random = new Random(seed);
        try (var producer = cluster.probe().producer(Map.of("acks", "all", "linger.ms", "5"))) {
            for (int i = 0; i < EVENTS; i++) {
                publish(producer, new Channel("channel-" + random.nextInt(CHANNELS)), "e" + i);
                if (i % 100 == 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(80));
                }
            }
        }
    }

    private void publish(KafkaProducer<byte[], byte[]> producer, Channel channel, String id) {
        var event = new Event(
                new Event.Id(id),
                "tick",
                "/test",
                Instant.EPOCH,
                channel,
                MediaTypes.JSON,
                ByteString.copyFromUtf8("{}"),
                Map.of(),
                null);
        var record = new ProducerRecord<>(
                Topics.EVENT_PUBLISHED,
                null,
                channel.name().getBytes(StandardCharsets.US_ASCII),
                event.data().toByteArray(),
                EventRecords.headers(event, null));
        var _ = producer.send(record, (metadata, fault) -> {
            assertThat(fault).isNull();
            published
                    .computeIfAbsent(channel, _ -> new ConcurrentSkipListMap<>())
                    .put(metadata.offset(), id);
        });
    }

    /// Every event is owed to the endpoint at least once; repeats aside, in order per channel.
    private void assertDelivered(long seed) {
        var firsts = new TreeMap<String, List<String>>();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            firsts.clear();
            for (var record : cluster.probe().read(Topics.DELIVERY_WEBHOOK)) {
                var ids = firsts.computeIfAbsent(
                        EventRecords.text(record.headers(), EventHeaders.CHANNEL, ""), _ -> new ArrayList<>());
                ids.add(EventRecords.text(record.headers(), EventHeaders.ID, ""));
            }
            assertThat(firsts.values().stream()
                            .mapToLong(ids -> ids.stream().distinct().count())
                            .sum())
                    .isEqualTo(EVENTS);
        });
        published.forEach((channel, ids) -> assertThat(firsts.getOrDefault(channel.name(), List.of()).stream()
                        .distinct()
                        .toList())
                .as("deliveries of %s with seed %d", channel, seed)
                .containsExactlyElementsOf(ids.values()));
    }

    private void register(String endpoint) {
        cluster.probe()
                .produce(new ProducerRecord<>(
                        Topics.ENDPOINT_STATE,
                        endpoint.getBytes(StandardCharsets.UTF_8),
                        "{\"channels\":[\"*\"],\"types\":[],\"enabled\":true}".getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Channel> channels() {
        var channels = new ArrayList<Channel>();
        for (int i = 0; i < CHANNELS; i++) {
            channels.add(new Channel("channel-" + i));
        }
        return channels;
    }
}
