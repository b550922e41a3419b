package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The failure checker, bounded: whatever dies, nothing that was acknowledged is lost, and nothing comes twice
/// or in another order.
class ChaosIT {

    private static final int KILLS = 20;

    @Test
    void nothingIsLostAndNothingComesTwiceWhateverDies() throws Exception {
        // Given
        long seed = Long.getLong("carillon.seed", System.nanoTime());
        System.out.println("ChaosIT seed: -Dcarillon.seed=" + seed);
        var options = new ChaosRun.Options(seed, KILLS, Duration.ZERO);
        try (var run = new ChaosRun(options, Chaos.folder(), Chaos::say)) {

            // When
            var report = run.run();

            // Then
            report.lines().forEach(System.out::println);
            assertThat(report.isClean()).as(String.join("; ", report.wrongs())).isTrue();
            assertThat(report.kills()).isGreaterThanOrEqualTo(KILLS);
            assertThat(report.verdict().acknowledged()).isGreaterThan(100);
        }
    }
}
