package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Interest;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.kit.EventRecords;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionFactory;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What things cost, with a Kafka in the same JVM. The numbers are printed; the bounds are generous, because
/// machines differ: wanted are 3 s for the take-over and 15 µs per event and node.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NumbersIT {

    private static final Logger LOG = Logger.getLogger(NumbersIT.class);
    private static final int CHANNELS = 100_000;
    private static final int NODES = 10;
    private static final int EVENTS = 20_000;
    private static final int WARM_UP = 10_000;

    private final TestCluster cluster = new TestCluster(1)
            .with("workers", "1")
            .with("session-timeout", "6s")
            .with("node-lease", "10m");
    private final FanoutMeters meters = new FanoutMeters(new SimpleMeterRegistry());
    private final List<Engine> engines = new ArrayList<>();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void aTakeoverOfManyFollowedChannelsIsQuick() {
        // Given
        cluster.probe().createTopic(Topics.inbox("n0").name(), 1);
        try (var producer = cluster.probe().producer(Map.of("linger.ms", "5"))) {
            for (int i = 0; i < CHANNELS; i++) {
                var channel = new Channel("channel:" + i);
                follow(producer, channel, 0, i);
                publish(producer, channel, "e" + i);
            }
        }
        var first = start("one", new FanoutMeters(new SimpleMeterRegistry()));
        awaitRouted(first, CHANNELS);
        first.close();

        // When
        var second = start("two", meters);

        // Then
        assertThat(second.figures().followers()).isEqualTo(CHANNELS);
        assertThat(second.figures().channels()).isEqualTo(CHANNELS);
        double took = meters.takeoverTime.max(TimeUnit.MILLISECONDS);
        LOG.infof("take-over of %d followed channels with as many events: %.0f ms", CHANNELS, took);
        assertThat(took).isLessThan(20_000);
    }

    @Test
    void routingTakesLittleOfTheProcessor() {
        // Given
        var channels = new ArrayList<Channel>();
        for (int i = 0; i < 100; i++) {
            channels.add(new Channel("channel:" + i));
        }
        var engine = start("one", meters);
        try (var producer = cluster.probe().producer(Map.of("linger.ms", "5"))) {
            for (int node = 0; node < NODES; node++) {
                cluster.probe().createTopic(Topics.inbox("n" + node).name(), 1);
                for (var channel : channels) {
                    follow(producer, channel, node, 1);
                }
            }
            patiently().until(() -> engine.figures().followers() == NODES * channels.size());
            publishAll(producer, channels, WARM_UP);
            awaitSent(WARM_UP * NODES);
            double sentBefore = meters.inboxSent.count();
            var before = processorTimes();

            // When
            publishAll(producer, channels, EVENTS);
            awaitSent(sentBefore + EVENTS * NODES);

            // Then
            var after = processorTimes();
            double pairs = (double) EVENTS * NODES;
            after.forEach((thread, nanos) -> LOG.infof(
                    "%s: %.2f µs per event and node",
                    thread, (nanos - before.getOrDefault(thread, 0L)) / pairs / 1000));
            double worker = (after.getOrDefault("fanout-0-one", 0L) - before.getOrDefault("fanout-0-one", 0L)) / pairs;
            LOG.infof(
                    "routing: %.2f µs of the worker per event and node, %.0f lost",
                    worker / 1000, meters.inboxLost.count());
            assertThat(worker).isBetween(1.0, 60_000.0);
        }
    }

    private Engine start(String instance, FanoutMeters counted) {
        var engine = cluster.start(instance, counted);
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty() && engine.figures().warm() == 1);
        return engine;
    }

    /// Until so many follows and events are done with and committed.
    private void awaitRouted(Engine engine, int count) {
        patiently()
                .until(() -> engine.figures().followers() == count
                        && engine.figures().lag() == 0
                        && engine.figures().inFlight() == 0);
    }

    private void awaitSent(double count) {
        patiently().until(() -> meters.inboxSent.count() + meters.inboxLost.count() >= count);
    }

    /// Of the threads that work for the instance, in nanoseconds.
    private static Map<String, Long> processorTimes() {
        var threads = ManagementFactory.getThreadMXBean();
        var times = new HashMap<String, Long>();
        for (var thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("fanout-0-one") || thread.getName().contains("fanout-inboxes-0-one")) {
                times.put(thread.getName(), threads.getThreadCpuTime(thread.threadId()));
            }
        }
        return times;
    }

    private static void publishAll(KafkaProducer<byte[], byte[]> producer, List<Channel> channels, int count) {
        for (int i = 0; i < count; i++) {
            publish(producer, channels.get(i % channels.size()), "e" + i);
        }
    }

    private static void follow(KafkaProducer<byte[], byte[]> producer, Channel channel, int node, long id) {
        var row = new Interest(new Interest.Key(channel, "n" + node), 1, id, null);
        var _ = producer.send(
                new ProducerRecord<>(Topics.INTEREST_STATE, 0, row.key().toBytes(), row.toBytes()));
    }

    private static void publish(KafkaProducer<byte[], byte[]> producer, Channel channel, String id) {
        var key = channel.name().getBytes(StandardCharsets.US_ASCII);
        var data =
                "{\"total\":12,\"currency\":\"EUR\",\"lines\":[{\"sku\":\"a-1\",\"count\":2},{\"sku\":\"b-2\",\"count\":1}]}"
                        .getBytes(StandardCharsets.US_ASCII);
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, 0, key, data);
        EventRecords.add(record.headers(), EventHeaders.ID, id);
        var _ = producer.send(record);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions();
    }
}
