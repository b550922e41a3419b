package dev.carillon.fanout.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.fanout.own.TestCluster;
import dev.carillon.kit.EventRecords;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Somebody else's topics on their way into the log, and what happens when something dies on that way.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SourcesIT {

    private static final int PARTITIONS = 2;
    private static final int TOPIC_PARTITIONS = 3;
    private static final String TOPIC = "shop.orders";
    private static final int CHANNELS = 5;

    private final TestCluster cluster = new TestCluster(PARTITIONS)
            .with("sources.shop.topics", TOPIC)
            .with("sources.shop.channel-prefix", "orders:")
            .with("sources.shop.start", "earliest");
    private final List<Sources> running = new ArrayList<>();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        running.forEach(Sources::crash);
        cluster.close();
    }

    @Test
    void whatIsMappedAgainAfterAKillIsHeardOnce() {
        // Given
        cluster.probe().createTopic(TOPIC, TOPIC_PARTITIONS);
        cluster.with("commit-interval", "1h");
        try (var engine = cluster.start("one");
                var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            patiently().until(() -> engine.pending().isEmpty());
            channels().forEach(channel -> node.follow(channel, new Position(cluster.epoch(), 0)));
            produce(0, 300);
            var first = start("a");
            patiently().until(() -> log().size() >= 100);

            // When
            first.crash();
            produce(300, 600);
            start("b");

            // Then
            patiently().until(() -> node.deliveredCount() >= 600 && log().size() >= 700);
            for (int i = 0; i < CHANNELS; i++) {
                assertThat(data(node.delivered(channel(i)))).containsExactlyElementsOf(expected(i, 600));
            }
            assertThat(node.broken()).isZero();
        }
    }

    @Test
    void aCleanStopRepeatsNothing() {
        // Given
        cluster.probe().createTopic(TOPIC, TOPIC_PARTITIONS);
        produce(0, 200);
        var first = start("a");
        patiently().until(() -> log().size() >= 50);

        // When
        first.close();
        produce(200, 300);
        start("b");

        // Then
        patiently().until(() -> log().size() >= 300);
        assertThat(log().stream().map(SourcesIT::id)).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void instancesShareThePartitionsAndTakeThemOver() {
        // Given
        cluster.probe().createTopic(TOPIC, TOPIC_PARTITIONS);
        var one = start("a");
        var two = start("b");
        patiently().untilAsserted(() -> {
            assertThat(view(one).partitions()).isNotEmpty();
            assertThat(view(two).partitions()).isNotEmpty();
            assertThat(view(one).partitions().size() + view(two).partitions().size())
                    .isEqualTo(TOPIC_PARTITIONS);
        });
        produce(0, 100);
        patiently().until(() -> log().size() == 100);

        // When
        one.close();
        produce(100, 200);

        // Then
        patiently().until(() -> view(two).partitions().size() == TOPIC_PARTITIONS);
        patiently().until(() -> log().size() >= 200);
        assertThat(log().stream().map(SourcesIT::id)).hasSize(200).doesNotHaveDuplicates();
        patiently().until(() -> view(two).lag() == 0 && view(two).state() == SourceView.State.RUNNING);
    }

    @Test
    void whatIsNoEventIsDeadLetteredWithTheReason() {
        // Given
        cluster.probe().createTopic(TOPIC, 1, Map.of("max.message.bytes", "2000000"));
        cluster.with("max-event-size", "10K");
        produce(null, "no key");
        produce("käse", "no channel");
        produce("large", "x".repeat(20_000));
        produce("fine", "fine");

        // When
        var sources = start("a");

        // Then
        patiently().until(() -> log().size() == 1);
        assertThat(text(log().getFirst().key())).isEqualTo("orders:fine");
        patiently().until(() -> dead().size() == 3);
        assertThat(dead())
                .extracting(dead -> header(dead, EventHeaders.DEAD_REASON))
                .containsExactly(
                        "record has no key, so no channel",
                        "channel has a character outside printable ASCII at index 8",
                        "event is larger than 10240 bytes");
        assertThat(dead())
                .extracting(dead -> header(dead, EventHeaders.DEAD_OFFSET))
                .containsExactly("0", "1", "2");
        assertThat(dead()).allSatisfy(dead -> assertThat(header(dead, EventHeaders.DEAD_TOPIC))
                .isEqualTo(TOPIC));
        assertThat(view(sources).deadLettered()).isEqualTo(3);
        assertThat(count("too-large")).isEqualTo(1);
        assertThat(count("mapped")).isEqualTo(1);
    }

    @Test
    void aTopicThatIsMissingIsWaitedForAndThenReadWhole() {
        // Given
        cluster.with("sources.shop.start", "latest");
        var sources = start("a");
        patiently().untilAsserted(() -> {
            assertThat(view(sources).state()).isEqualTo(SourceView.State.WAITING);
            assertThat(sources.troubles()).containsEntry("shop", "waits for topics that are not there: " + TOPIC);
        });

        // When
        cluster.probe().createTopic(TOPIC, TOPIC_PARTITIONS);
        produce(0, 20);

        // Then
        patiently().until(() -> log().size() == 20);
        patiently().until(() -> sources.troubles().isEmpty());
    }

    @Test
    void latestIsFromNowOnAndStaysThereWithoutAnyRecord() {
        // Given
        cluster.with("sources.shop.start", "latest");
        cluster.probe().createTopic(TOPIC, TOPIC_PARTITIONS);
        produce(0, 20);
        var first = start("a");
        patiently().until(() -> committed() == TOPIC_PARTITIONS);
        first.crash();

        // When
        produce(20, 40);
        start("b");

        // Then
        patiently().until(() -> log().size() >= 20);
        assertThat(log().stream().map(entry -> Integer.parseInt(text(entry.value()))))
                .allMatch(number -> number >= 20)
                .hasSize(20);
    }

    @Test
    void whatRetentionTookIsCountedAndTheRestIsRead() throws Exception {
        // Given
        cluster.probe().createTopic(TOPIC, 1);
        produce(0, 10);
        var first = start("a");
        patiently().until(() -> log().size() == 10);
        first.close();
        produce(10, 30);

        // When
        try (var admin = cluster.probe().admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(TOPIC, 0), RecordsToDelete.beforeOffset(15)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        start("b");

        // Then
        patiently().until(() -> log().size() == 25);
        assertThat(count("missed")).isEqualTo(5);
    }

    @Test
    void aTopicThatIsMadeAnewIsReadFromItsBeginning() {
        // Given
        cluster.probe().createTopic(TOPIC, 1);
        produce(0, 10);
        start("a");
        patiently().until(() -> log().size() == 10);

        // When
        cluster.probe().deleteTopics(List.of(TOPIC));
        patiently().until(() -> !cluster.probe().topics().contains(TOPIC));
        cluster.probe().createTopic(TOPIC, 1);
        produce(10, 30);

        // Then
        patiently().untilAsserted(() -> assertThat(log().stream().map(entry -> text(entry.value())))
                .containsAll(IntStream.range(0, 30).mapToObj(Integer::toString).toList()));
    }

    @Test
    void aBrokerThatComesBackFindsTheSourceWorking() {
        // Given
        cluster.probe().createTopic(TOPIC, 1);
        produce(0, 10);
        start("a");
        patiently().until(() -> log().size() == 10);

        // When
        cluster.kafka().stopBroker(0);
        cluster.kafka().startBroker(0);
        produce(10, 20);

        // Then
        patiently().untilAsserted(() -> assertThat(log().stream().map(entry -> text(entry.value())))
                .contains("19"));
    }

    private Sources start(String instance) {
        var sources = Sources.start(cluster.config(), instance, PARTITIONS, cluster.clients(), registry);
        running.add(sources);
        return sources;
    }

    private static SourceView view(Sources sources) {
        return sources.views().getFirst();
    }

    /// Numbers as data, spread over the channels in turn.
    private void produce(int from, int to) {
        try (var producer = cluster.probe().producer(Map.of("acks", "all"))) {
            for (int i = from; i < to; i++) {
                var _ = producer.send(record(Integer.toString(i % CHANNELS), Integer.toString(i)));
            }
        }
    }

    private void produce(@Nullable String key, String value) {
        cluster.probe().produce(record(key, value));
    }

    private static ProducerRecord<byte[], byte[]> record(@Nullable String key, String value) {
        return new ProducerRecord<>(
                TOPIC, SourceRecords.bytes(key), Objects.requireNonNull(SourceRecords.bytes(value)));
    }

    private static List<String> expected(int channel, int count) {
        return IntStream.range(0, count)
                .filter(i -> i % CHANNELS == channel)
                .mapToObj(Integer::toString)
                .toList();
    }

    private static List<Channel> channels() {
        return IntStream.range(0, CHANNELS).mapToObj(SourcesIT::channel).toList();
    }

    private static Channel channel(int number) {
        return new Channel("orders:" + number);
    }

    private static List<String> data(List<LogEntry> entries) {
        return entries.stream()
                .map(entry -> entry.event().data().toStringUtf8())
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> log() {
        return cluster.probe().read(Topics.EVENT_PUBLISHED);
    }

    private List<ConsumerRecord<byte[], byte[]>> dead() {
        return cluster.probe().read(Topics.EVENT_DEAD);
    }

    /// How many partitions the group has committed.
    private int committed() throws Exception {
        try (var admin = cluster.probe().admin()) {
            return admin.listConsumerGroupOffsets("fanout.source.shop")
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS)
                    .size();
        }
    }

    private long count(String outcome) {
        return (long) registry.counter("carillon.fanout.source.records", "source", "shop", "outcome", outcome)
                .count();
    }

    private static String id(ConsumerRecord<byte[], byte[]> entry) {
        return header(entry, EventHeaders.ID);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventRecords.text(record.headers(), name, "");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptions();
    }
}
