package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.fanout.SimulatedNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How long channels stand still when their owner goes, with the times that are the default.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HandoverIT {

    private static final Logger LOG = Logger.getLogger(HandoverIT.class);
    private static final int PARTITIONS = 4;

    /// What a stop must not wait for. On a machine with time to spare a stop and a return take less than 2 s, a
    /// kill less than 10 s: the numbers are printed.
    private static final Duration SESSION = Duration.ofSeconds(6);

    private final TestCluster cluster = new TestCluster(PARTITIONS)
            .with("session-timeout", "6s")
            .with("heartbeat-interval", "500ms")
            .with("node-lease", "10s");
    private final List<Engine> engines = new ArrayList<>();
    private final Map<String, FanoutMeters> meters = new HashMap<>();
    private final List<Channel> channels =
            IntStream.range(0, 40).mapToObj(i -> new Channel("c" + i)).toList();

    @AfterEach
    void stop() {
        engines.forEach(Engine::crash);
        cluster.close();
    }

    @Test
    void aCleanStopHandsOverAtOnceAndAKillAfterTheSession() throws InterruptedException {
        // Given
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            channels.forEach(channel -> node.follow(channel, new Position(cluster.epoch(), 0)));
            var first = start("a");
            start("b");
            awaitShared();
            try (var publishing = new Publishing(cluster.probe(), node, channels)) {
                settle(publishing);

                // When
                first.close();
                settle(publishing);
                var atStop = publishing.takeWorst();
                var again = start("a");
                awaitShared();
                settle(publishing);
                var atReturn = publishing.takeWorst();
                again.crash();
                settle(publishing);
                var atKill = publishing.takeWorst();

                // Then
                LOG.infof(
                        "longest pause: %d ms at a stop, %d ms at a return, %d ms at a kill",
                        atStop.toMillis(), atReturn.toMillis(), atKill.toMillis());
                assertThat(atStop).isLessThan(SESSION);
                assertThat(atReturn).isLessThan(SESSION);
                assertThat(atKill).isLessThan(SESSION.multipliedBy(5));
                publishing.stop();
                patiently().until(() -> publishing.underWay() == 0);
            }
            assertThat(node.broken()).isZero();
        }
    }

    @Test
    void aKilledInstanceThatIsBackAtOnceDisturbsNobody() {
        // Given
        var first = start("a");
        var other = start("b");
        awaitShared();
        var before =
                other.partitions().join().stream().map(PartitionView::partition).toList();
        double takeovers = meters("b").takeovers.count();

        // When
        for (int i = 0; i < 3; i++) {
            first.crash();
            first = start("a");
        }

        // Then
        assertThat(first.partitions().join()).hasSize(PARTITIONS - before.size());
        assertThat(other.partitions().join())
                .extracting(PartitionView::partition)
                .containsExactlyElementsOf(before);
        assertThat(meters("b").takeovers.count()).isEqualTo(takeovers);
        assertThat(other.pending()).isEmpty();
    }

    @Test
    void aRollingRestartWithinTheSessionsRebuildsEachPartitionOnce() {
        // Given
        start("a");
        start("b");
        awaitShared();
        double before = takeovers();

        // When
        for (int i = 0; i < 2; i++) {
            engines.get(i).crash();
            var again = cluster.start(i == 0 ? "a" : "b", meters(i == 0 ? "a" : "b"));
            engines.set(i, again);
            patiently().until(() -> again.pending().isEmpty());
        }

        // Then
        assertThat(takeovers() - before).isEqualTo(PARTITIONS);
    }

    @Test
    void theNewerProtocolSharesAndHandsOver() throws InterruptedException {
        // Given
        cluster.with("group-protocol", "consumer").with("workers", "1");
        try (var node = new SimulatedNode("n1", 1, PARTITIONS, cluster.probe())) {
            channels.forEach(channel -> node.follow(channel, new Position(cluster.epoch(), 0)));
            var first = start("a");
            start("b");
            awaitShared();
            try (var publishing = new Publishing(cluster.probe(), node, channels)) {
                settle(publishing);
                LOG.infof("longest pause at the start: %s", publishing.takeWorst());

                // When
                first.close();

                // Then
                patiently()
                        .until(() -> engines.get(1).partitions().join().stream()
                                        .filter(PartitionView::warm)
                                        .count()
                                == PARTITIONS);
                settle(publishing);
                LOG.infof("longest pause with the newer protocol: %s", publishing.takeWorst());
                start("a");
                awaitShared();
                publishing.stop();
                patiently().until(() -> publishing.underWay() == 0);
            }
            assertThat(node.broken()).isZero();
        }
    }

    /// Until all that was under way has come, and much more.
    private void settle(Publishing publishing) {
        int enough = publishing.arrived() + publishing.underWay() + 400;
        patiently().until(() -> publishing.arrived() > enough && publishing.underWay() < 40);
    }

    private void awaitShared() {
        var last = engines.subList(engines.size() - 2, engines.size());
        patiently().untilAsserted(() -> {
            var running = engines.stream()
                    .map(engine -> engine.figures().warm())
                    .mapToInt(Integer::intValue)
                    .sum();
            assertThat(running).isEqualTo(PARTITIONS);
            assertThat(last).allSatisfy(engine -> assertThat(engine.pending()).isEmpty());
            assertThat(engines.stream().filter(engine -> engine.figures().warm() > 0))
                    .hasSize(2);
        });
    }

    private Engine start(String instance) {
        var engine = cluster.start(instance, meters(instance));
        engines.add(engine);
        patiently().until(() -> engine.pending().isEmpty());
        return engine;
    }

    private FanoutMeters meters(String instance) {
        return meters.computeIfAbsent(instance, _ -> new FanoutMeters(new SimpleMeterRegistry()));
    }

    private double takeovers() {
        return meters.values().stream().mapToDouble(of -> of.takeovers.count()).sum();
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions();
    }
}
