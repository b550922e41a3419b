package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What instances do with what they should never get: records of anybody, and topics that lost their beginning
/// or have the wrong shape.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BadInputIT {

    private static final Logger LOG = Logger.getLogger(BadInputIT.class);
    private static final int PARTITIONS = 2;
    private static final Channel A = new Channel("a");
    private static final TopicPartition LOG_OF_A =
            new TopicPartition(Topics.EVENT_PUBLISHED, Partitions.of(A, PARTITIONS));

    private static final List<String> HEADERS = List.of(
            EventHeaders.ID,
            EventHeaders.TYPE,
            EventHeaders.SOURCE,
            EventHeaders.TIME,
            EventHeaders.CONTENT_TYPE,
            EventHeaders.TAGS,
            EventHeaders.PUBLISHER,
            EventHeaders.IDEMPOTENCY_KEY,
            "carillon-ended-row",
            "carillon-ended-incarnation",
            "carillon-restored");

    private final TestCluster cluster = new TestCluster(PARTITIONS);
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void recordsOfAnybodyAreDeadLetteredAndStopNothing() {
        // Given
        long seed = System.nanoTime();
        LOG.infof("seed %d", seed);
        register("hook");
        start("one");
        double takeovers = count("carillon.fanout.takeovers");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            node.follow(A, new Position(cluster.epoch(), 0));

            // When
            produceJunk(new Random(seed));
            publish("after");

            // Then
            patiently().until(() -> ids(node.delivered(A)).contains("after"));
            patiently().until(() -> deliveries().contains("after"));
            assertThat(count("carillon.fanout.takeovers")).as("seed %d", seed).isEqualTo(takeovers);
            patiently().until(() -> dead().size() == (long) unreadable());
            assertThat(dead()).as("seed %d", seed).hasSizeGreaterThan(100).allSatisfy(dead -> assertThat(
                            header(dead, EventHeaders.DEAD_REASON))
                    .isNotEmpty()
                    .isNotEqualTo("null"));
            assertThat(dead().stream().map(dead -> header(dead, EventHeaders.DEAD_TOPIC)))
                    .contains(
                            Topics.EVENT_PUBLISHED, Topics.INTEREST_STATE, Topics.PRESENCE_STATE, Topics.CHANNEL_QUERY);

            // And: whoever takes over reads it all again
            engines.removeFirst().crash();
            start("two");
            publish("later");
            patiently().until(() -> deliveries().contains("later"));
        }
    }

    @Test
    void whatCannotBeDeadLetteredStopsNothing() {
        // Given
        register("hook");
        start("one");
        cluster.probe().deleteTopics(List.of(Topics.EVENT_DEAD));
        patiently().until(() -> !cluster.probe().topics().contains(Topics.EVENT_DEAD));

        // When
        for (int i = 0; i < 20; i++) {
            cluster.probe()
                    .produce(new ProducerRecord<>(Topics.EVENT_PUBLISHED, LOG_OF_A.partition(), null, bytes("x")));
        }
        publish("after");

        // Then
        patiently().until(() -> deliveries().contains("after"));
        patiently().until(() -> count("carillon.fanout.dead.lost") == 20);
    }

    @Test
    void aNodeThatMissesWhatRetentionTookIsToldSo() throws Exception {
        // Given
        var engine = start("one");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe());
                var open = cluster.probe().producer(Map.of("transactional.id", "open"))) {
            node.follow(A, new Position(cluster.epoch(), 0));
            for (int i = 0; i < 10; i++) {
                publish("e" + i);
            }
            patiently().until(() -> node.deliveredCount() == 10);
            long begun = holdUp(open);
            for (int i = 10; i < 15; i++) {
                publish("e" + i);
            }

            // When
            deleteBefore(begun + 3);
            open.abortTransaction();

            // Then
            patiently().until(() -> node.broken() == 1);
            publish("after");
            patiently().until(() -> ids(node.delivered(A)).contains("after"));
            assertThat(ids(node.delivered(A))).doesNotContain("e10", "e11");
            assertThat(count("carillon.fanout.truncations")).isPositive();
            patiently().until(() -> engine.pending().isEmpty());
        }
    }

    @Test
    void aCommitThatRetentionHasPassedIsCountedAndTheRestIsRouted() throws Exception {
        // Given
        register("hook");
        var first = start("one");
        publish("e0");
        patiently().until(() -> deliveries().contains("e0"));
        first.close();
        for (int i = 1; i < 10; i++) {
            publish("e" + i);
        }

        // When
        deleteBefore(6);
        start("two");

        // Then
        patiently().until(() -> deliveries().contains("e9"));
        assertThat(deliveries()).containsExactly("e0", "e6", "e7", "e8", "e9");
        assertThat(cluster.registry()
                        .counter("carillon.fanout.events", "outcome", "missed")
                        .count())
                .isEqualTo(5);
    }

    @Test
    void topicsOfDifferentShapesAreSaidAndNotStumbledOver() throws Exception {
        // Given
        try (var admin = cluster.probe().admin()) {
            admin.createPartitions(Map.of(Topics.EVENT_PUBLISHED, NewPartitions.increaseTo(PARTITIONS + 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        // When
        var engine = cluster.start("one");
        engines.add(engine);

        // Then
        patiently().until(() -> engine.pending().orElse("").contains("differ in their numbers of partitions"));
        patiently()
                .until(() -> engine.partitions().join().stream().allMatch(PartitionView::warm)
                        && !engine.partitions().join().isEmpty());
    }

    /// Begins a transaction in the partition of the channel, behind which nobody reads.
    ///
    /// @return its offset
    private static long holdUp(KafkaProducer<byte[], byte[]> open) throws Exception {
        open.initTransactions();
        open.beginTransaction();
        return open.send(new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(A.name()), bytes("aborted")))
                .get(30, TimeUnit.SECONDS)
                .offset();
    }

    private void deleteBefore(long offset) throws Exception {
        try (var admin = cluster.probe().admin()) {
            admin.deleteRecords(Map.of(LOG_OF_A, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private void produceJunk(Random random) {
        var topics = Slot.TOPICS;
        try (var producer = cluster.probe().producer(Map.of("acks", "all"))) {
            for (int i = 0; i < 1000; i++) {
                var topic = topics.get(random.nextInt(topics.size()));
                var record = new ProducerRecord<>(
                        topic,
                        random.nextInt(PARTITIONS),
                        key(topic, random),
                        random.nextInt(8) == 0 ? null : value(random));
                for (int header = random.nextInt(4); header > 0; header--) {
                    record.headers()
                            .add(
                                    HEADERS.get(random.nextInt(HEADERS.size())),
                                    random.nextInt(8) == 0 ? null : value(random));
                }
                var _ = producer.send(record);
            }
        }
    }

    /// Compacted topics take no record without a key.
    private static byte @Nullable [] key(String topic, Random random) {
        boolean isCompacted = topic.equals(Topics.INTEREST_STATE) || topic.equals(Topics.PRESENCE_STATE);
        return switch (random.nextInt(isCompacted ? 3 : 4)) {
            case 0 -> value(random);
            case 1 -> bytes("b\nn" + random.nextInt(3));
            case 2 -> bytes("b");
            default -> null;
        };
    }

    private static byte[] value(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> bytes("{\"a\":[\"\ud800\",{}]");
            case 1 -> bytes("application/cloudevents+json");
            case 2 -> new byte[0];
            default -> {
                var some = new byte[random.nextInt(40)];
                random.nextBytes(some);
                yield some;
            }
        };
    }

    private Engine start(String instance) {
        var engine = cluster.start(instance);
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty());
        return engine;
    }

    private void publish(String id) {
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(A.name()), bytes("{}"));
        EventRecords.add(record.headers(), EventHeaders.ID, id);
        // Two partitions although the topic may have more: where the channel belongs.
        cluster.probe()
                .produce(new ProducerRecord<>(
                        record.topic(), LOG_OF_A.partition(), record.key(), record.value(), record.headers()));
    }

    private void register(String endpoint) {
        cluster.probe()
                .produce(new ProducerRecord<>(
                        Topics.ENDPOINT_STATE, bytes(endpoint), bytes("{\"channels\":[\"a\"],\"enabled\":true}")));
    }

    private List<String> deliveries() {
        return cluster.probe().read(Topics.DELIVERY_WEBHOOK).stream()
                .map(delivery -> header(delivery, EventHeaders.ID))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> dead() {
        return cluster.probe().read(Topics.EVENT_DEAD);
    }

    private double unreadable() {
        return cluster.registry()
                .counter("carillon.fanout.events", "outcome", "unreadable")
                .count();
    }

    private double count(String counter) {
        return cluster.registry().counter(counter).count();
    }

    private static List<String> ids(List<LogEntry> entries) {
        return entries.stream().map(entry -> entry.event().id().value()).toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventRecords.text(record.headers(), name, "");
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptions();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
