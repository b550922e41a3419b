package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.Removal;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What instances do when something around them breaks.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EngineIT {

    private static final int PARTITIONS = 2;
    private static final Channel A = new Channel("a");

    private final TestCluster cluster = new TestCluster(PARTITIONS);
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void aCleanStopLeavesNothingToRepeat() {
        // Given
        register("hook");
        var first = start("one");
        for (int i = 0; i < 50; i++) {
            publish("e" + i);
        }
        patiently().until(() -> deliveries().size() == 50);

        // When
        first.close();
        start("two");
        publish("last");

        // Then
        patiently().until(() -> deliveries().contains("last"));
        assertThat(deliveries()).hasSize(51).doesNotHaveDuplicates();
    }

    @Test
    void aCrashRepeatsButLosesNoDelivery() {
        // Given
        cluster.with("commit-interval", "1h");
        register("hook");
        var first = start("one");
        for (int i = 0; i < 50; i++) {
            publish("e" + i);
        }
        patiently().until(() -> deliveries().size() == 50);

        // When
        first.crash();
        start("one");

        // Then
        patiently().until(() -> deliveries().size() == 100);
        assertThat(deliveries().subList(50, 100))
                .containsExactlyElementsOf(deliveries().subList(0, 50));
    }

    @Test
    void aDeliveryThatCannotBeWrittenIsWrittenLater() {
        // Given
        register("hook");
        start("one");
        publish("before");
        patiently().until(() -> deliveries().contains("before"));
        cluster.probe().deleteTopics(List.of(Topics.DELIVERY_WEBHOOK));
        publish("during");

        // When
        patiently().until(() -> !cluster.probe().topics().contains(Topics.DELIVERY_WEBHOOK));
        cluster.probe().createTopic(Topics.DELIVERY_WEBHOOK, TestCluster.WEBHOOK_PARTITIONS);

        // Then
        patiently().until(() -> deliveries().contains("during"));
        publish("after");
        patiently().until(() -> deliveries().contains("after"));
    }

    @Test
    void aBrokerThatComesBackFindsEverybodyWorking() {
        // Given
        register("hook");
        var engine = start("one");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            node.follow(A, new Position(cluster.epoch(), 0));
            publish("before");
            patiently().until(() -> node.deliveredCount() == 1);

            // When
            cluster.kafka().stopBroker(0);
            cluster.kafka().startBroker(0);
            publish("after");

            // Then
            patiently().until(() -> node.deliveredCount() == 2);
            patiently().until(() -> deliveries().contains("after"));
            assertThat(node.broken()).isZero();
            patiently().until(() -> engine.pending().isEmpty());
        }
    }

    @Test
    void aNewOwnerFindsInTheLogWhatItDoesNotRemember() {
        // Given
        cluster.with("rebuild-records", "3");
        var first = start("one");
        for (int i = 0; i < 10; i++) {
            publish("e" + i);
        }
        patiently().until(() -> first.channel(A).join().orElseThrow().top() == 10);
        first.close();
        start("two");

        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            // When
            node.ask(A, new Position(cluster.epoch(), 2));
            patiently().until(() -> node.heard(InboxMessage.Followed.class).size() == 1);
            node.ask(A, new Position(cluster.epoch(), 8));

            // Then
            patiently().until(() -> node.heard(InboxMessage.Followed.class).size() == 2);
            var answers = node.heard(InboxMessage.Followed.class);
            assertThat(answers.get(0).from()).isEqualTo(2);
            assertThat(answers.get(0).entries()).hasSize(8);
            assertThat(answers.get(1).from()).isEqualTo(8);
            assertThat(answers.get(1).entries()).extracting(LogEntry::offset).containsExactly(9L, 10L);
        }
    }

    @Test
    void aNewOwnerKnowsWhatWasRemovedBeforeItBeginsToRead() {
        // Given
        cluster.with("rebuild-records", "3");
        var first = start("one");
        publish("e0");
        publish("e1");
        remove();
        publish("e2");
        remove();
        for (int i = 0; i < 10; i++) {
            publish("f" + i);
        }
        patiently().until(() -> first.channel(A).join().orElseThrow().top() == 15);
        first.close();
        start("two");

        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            // When
            query(new ChannelQuery.History(1, "n1", A, new Position(cluster.epoch(), 0), 2, false));
            query(new ChannelQuery.History(2, "n1", A, new Position(cluster.epoch(), 4), 2, true));
            node.ask(A, new Position(cluster.epoch(), 1));
            patiently().until(() -> node.heard(InboxMessage.HistoryPage.class).size() == 2);

            // Then
            var forward = page(node, 1);
            assertThat(forward.entries()).extracting(LogEntry::offset).containsExactly(6L, 7L);
            assertThat(forward.complete()).isFalse();
            assertThat(page(node, 2).entries()).isEmpty();
            patiently().until(() -> node.heard(InboxMessage.Followed.class).size() == 1);
            var answer = node.heard(InboxMessage.Followed.class).getFirst();
            assertThat(answer.from()).isGreaterThan(1);
            assertThat(answer.removed()).isEqualTo(5);
            assertThat(answer.entries()).extracting(LogEntry::offset).allMatch(offset -> offset > 5);
            patiently().untilAsserted(() -> assertThat(cluster.probe().read(Topics.REMOVAL_STATE))
                    .as("a row that says less than another is taken back")
                    .anyMatch(row -> row.value() == null
                            && Removal.fromKey(row.key()).upTo().offset() == 3));
        }
    }

    private static InboxMessage.HistoryPage page(SimulatedNode node, long queryId) {
        return node.heard(InboxMessage.HistoryPage.class).stream()
                .filter(page -> page.queryId() == queryId)
                .findFirst()
                .orElseThrow();
    }

    private void remove() {
        cluster.probe().produce(EventRecords.removal(A, Partitions.of(A, PARTITIONS)));
    }

    private void query(ChannelQuery query) {
        cluster.probe()
                .produce(new ProducerRecord<>(
                        Topics.CHANNEL_QUERY, bytes(query.channel().name()), query.toBytes()));
    }

    @Test
    void aNewOwnerKnowsFollowersAndKeysOfTheOneBefore() {
        // Given
        var first = start("one");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            node.follow(A, new Position(cluster.epoch(), 0));
            publish("once", "k1");
            patiently().until(() -> node.deliveredCount() == 1);
            first.close();
            int answered = node.heard(InboxMessage.Followed.class).size();

            // When
            start("two");
            publish("again", "k1");
            publish("next", "k2");

            // Then
            patiently().until(() -> node.deliveredCount() == 2);
            assertThat(node.delivered(A))
                    .extracting(entry -> entry.event().id().value())
                    .containsExactly("once", "next");
            assertThat(node.heard(InboxMessage.Followed.class)).hasSize(answered);
        }
    }

    @Test
    void aNewOwnerKnowsKeysFromBeforeItsRings() {
        // Given
        cluster.with("rebuild-records", "3");
        register("hook");
        var first = start("one");
        publish("once", "k1");
        for (int i = 0; i < 10; i++) {
            publish("e" + i);
        }
        patiently().until(() -> deliveries().size() == 11);
        first.close();

        // When
        start("two");
        publish("again", "k1");
        publish("last");

        // Then
        patiently().until(() -> deliveries().contains("last"));
        assertThat(deliveries()).doesNotContain("again");
    }

    @Test
    void theHeartbeatsOfAGoneNodeAreEnded() {
        // Given
        cluster.with("node-lease", "1s");
        start("one");
        start("two");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            node.follow(A, new Position(cluster.epoch(), 0));
            publish("once");
            patiently().until(() -> node.deliveredCount() == 1);

            // When
            node.fallSilent();

            // Then
            patiently().untilAsserted(() -> {
                var last = cluster.probe().read(Topics.NODE_STATE).getLast();
                assertThat(last.key()).isEqualTo(bytes("n1"));
                assertThat(last.value()).isNull();
                assertThat(last.headers().lastHeader(Leases.GONE)).isNotNull();
            });
        }
    }

    @Test
    void twoInstancesShareThePartitions() {
        // When
        var one = start("one");
        var two = start("two");

        // Then
        patiently().untilAsserted(() -> {
            assertThat(one.partitions().join()).hasSize(1).allMatch(PartitionView::warm);
            assertThat(two.partitions().join()).hasSize(1).allMatch(PartitionView::warm);
        });
        patiently().until(() -> one.pending().isEmpty() && two.pending().isEmpty());
        patiently().untilAsserted(() -> {
            var owners = one.owners().toCompletableFuture().join();
            assertThat(owners).extracting(OwnerView::partition).containsExactly(0, 1);
            assertThat(owners).extracting(OwnerView::member).anyMatch(member -> member.endsWith("-one"));
            assertThat(owners).extracting(OwnerView::member).anyMatch(member -> member.endsWith("-two"));
        });
        assertThat(one.channel(A).join().isPresent())
                .isNotEqualTo(two.channel(A).join().isPresent());
    }

    private Engine start(String instance) {
        var engine = cluster.start(instance);
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty());
        return engine;
    }

    private void publish(String id) {
        publish(id, "");
    }

    private void publish(String id, String idempotencyKey) {
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(A.name()), bytes("{}"));
        EventRecords.add(record.headers(), EventHeaders.ID, id);
        if (!idempotencyKey.isEmpty()) {
            EventRecords.add(record.headers(), EventHeaders.IDEMPOTENCY_KEY, idempotencyKey);
        }
        cluster.probe().produce(record);
    }

    private void register(String endpoint) {
        cluster.probe()
                .produce(new ProducerRecord<>(
                        Topics.ENDPOINT_STATE, bytes(endpoint), bytes("{\"channels\":[\"a*\"],\"enabled\":true}")));
    }

    /// The ids of the events that are owed, in order.
    private List<String> deliveries() {
        return cluster.probe().read(Topics.DELIVERY_WEBHOOK).stream()
                .map(delivery -> EventRecords.text(delivery.headers(), EventHeaders.ID, ""))
                .toList();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90)).ignoreExceptions();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
