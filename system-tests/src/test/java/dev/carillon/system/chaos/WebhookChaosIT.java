package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The checker of webhooks, bounded: whenever dispatchers are killed, nothing that was accepted is lost, and
/// the ledger says so.
class WebhookChaosIT {

    private static final int KILLS = 8;

    @Test
    void nothingAcceptedIsLostWheneverDispatchersAreKilled() throws Exception {
        // Given
        long seed = Long.getLong("carillon.seed", System.nanoTime());
        System.out.println("WebhookChaosIT seed: -Dcarillon.seed=" + seed);
        var options = new ChaosRun.Options(seed, KILLS, Duration.ZERO);
        try (var run = new WebhookChaosRun(options, Chaos.folder("webhook-chaos"), Chaos::say)) {

            // When
            var report = run.run();

            // Then
            report.lines().forEach(System.out::println);
            assertThat(report.faults()).isEmpty();
            assertThat(report.kills()).isGreaterThanOrEqualTo(KILLS);
            assertThat(report.accepted()).isGreaterThan(500);
            assertThat(report.dead()).isPositive();
        }
    }
}
