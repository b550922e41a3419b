package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.SimulatedNode;
import dev.carillon.kit.EventRecords;
import dev.carillon.testkit.InVmKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionFactory;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An inbox that takes nothing is the trouble of its node alone. Two brokers: the second holds an inbox only.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StuckInboxIT {

    private static final Logger LOG = Logger.getLogger(StuckInboxIT.class);
    private static final int PARTITIONS = 2;
    private static final Channel QUIET = new Channel("quiet");
    private static final Channel BUSY = new Channel("busy");
    private static final int EVENTS = 400;

    /// What is under way to an inbox without a leader is given up after 5 s: nobody else may wait as long.
    private static final Duration PATIENCE = Duration.ofMillis(4500);

    private final TestCluster cluster = new TestCluster(PARTITIONS, InVmKafka.start(2))
            .with("workers", "1")
            .with("in-flight", "1M")
            .with("inbox-in-flight", "500K")
            .with("node-lease", "60s");
    private final FanoutMeters meters = new FanoutMeters(new SimpleMeterRegistry());
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void anInboxWithoutALeaderHoldsUpNobodyElse() throws InterruptedException {
        // Given
        cluster.probe().createTopic(new NewTopic(Topics.inbox("near").name(), Map.of(0, List.of(0))));
        cluster.probe().createTopic(new NewTopic(Topics.inbox("away").name(), Map.of(0, List.of(1))));
        try (var near = new SimulatedNode("near", 1, PARTITIONS, cluster.probe());
                var away = new SimulatedNode("away", 1, PARTITIONS, cluster.probe())) {
            near.follow(QUIET, new Position(cluster.epoch(), 0));
            away.follow(BUSY, new Position(cluster.epoch(), 0));
            start();
            flood(1);
            patiently().until(() -> away.deliveredCount() == 1);
            try (var publishing = new Publishing(cluster.probe(), near, List.of(QUIET))) {
                patiently().until(() -> publishing.arrived() > 100);

                // When
                cluster.kafka().stopBroker(1);
                patiently().until(() -> publishing.underWay() < 20);
                publishing.takeWorst();
                flood(EVENTS);
                int reached = publishing.arrived() + 2000;
                patiently().until(() -> publishing.arrived() > reached);

                // Then
                var worst = publishing.takeWorst();
                LOG.infof("longest wait beside an inbox without a leader: %s", worst);
                assertThat(worst).isLessThan(PATIENCE);
                assertThat(meters.inboxLost.count()).isPositive();
            }

            // And when the broker is back, the node finds what it has missed
            cluster.kafka().startBroker(1);
            patiently().until(() -> away.deliveredCount() == 1 + EVENTS);
            assertThat(away.broken()).isZero();
        }
    }

    @Test
    void anInboxThatIsDeletedHoldsUpNobodyElse() throws InterruptedException {
        // Given
        try (var near = new SimulatedNode("near", 1, PARTITIONS, cluster.probe());
                var away = new SimulatedNode("away", 1, PARTITIONS, cluster.probe())) {
            near.follow(QUIET, new Position(cluster.epoch(), 0));
            away.follow(BUSY, new Position(cluster.epoch(), 0));
            start();
            flood(1);
            patiently().until(() -> away.deliveredCount() == 1);
            try (var publishing = new Publishing(cluster.probe(), near, List.of(QUIET))) {
                patiently().until(() -> publishing.arrived() > 100);

                // When
                cluster.probe().deleteTopics(List.of(Topics.inbox("away").name()));
                publishing.takeWorst();
                for (int i = 0; i < 10; i++) {
                    flood(EVENTS / 10);
                    int reached = publishing.arrived() + 100;
                    patiently().until(() -> publishing.arrived() > reached);
                }

                // Then
                var worst = publishing.takeWorst();
                LOG.infof("longest wait beside an inbox that is deleted: %s", worst);
                assertThat(worst).isLessThan(PATIENCE);
                assertThat(meters.inboxLost.count()).isPositive();
                assertThat(engines.getFirst().figures().shutInboxes()).isEqualTo(1);
            }
        }
    }

    private void start() {
        var engine = cluster.start("one", meters);
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty());
    }

    /// Events of 10 KB, one after the other as fast as the log takes them.
    private void flood(int events) {
        try (var producer = cluster.probe().producer(Map.of("acks", "all"))) {
            for (int i = 0; i < events; i++) {
                publish(producer, "f" + i);
            }
        }
    }

    private static void publish(KafkaProducer<byte[], byte[]> producer, String id) {
        var key = BUSY.name().getBytes(StandardCharsets.US_ASCII);
        var data = ("\"" + "x".repeat(10_000) + "\"").getBytes(StandardCharsets.US_ASCII);
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, null, key, data);
        EventRecords.add(record.headers(), EventHeaders.ID, id);
        var _ = producer.send(record);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions();
    }
}
