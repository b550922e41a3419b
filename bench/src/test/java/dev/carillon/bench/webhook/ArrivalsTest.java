package dev.carillon.bench.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What is read off of arrivals.
class ArrivalsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Arrivals arrivals = new Arrivals();

    @Test
    void keepsWhatItIsGivenAcrossBlocks() {
        // Given
        int count = 40_000;

        // When
        for (int i = 0; i < count; i++) {
            arrivals.add(i % 1000, i % 2 == 0, i, i * 2L, i * 3L);
        }

        // Then
        assertThat(arrivals.size()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            assertThat(arrivals.sequence(i)).isEqualTo(i);
            assertThat(arrivals.due(i)).isEqualTo(i * 2L);
            assertThat(arrivals.at(i)).isEqualTo(i * 3L);
            assertThat(arrivals.endpoint(i)).isEqualTo(i % 1000);
            assertThat(arrivals.isTaken(i)).isEqualTo(i % 2 == 0);
        }
    }

    @Test
    void accountsForEveryEventOnce() {
        // Given
        arrivals.add(0, false, 10, 0, 1);
        arrivals.add(0, true, 10, 0, 2);
        arrivals.add(0, true, 10, 0, 3);
        arrivals.add(1, true, 12, 0, 4);
        arrivals.add(1, true, 99, 0, 5);
        arrivals.add(-1, true, -1, -1, 6);

        // When
        var account = Account.of(arrivals, 10, 14);

        // Then
        assertThat(account).isEqualTo(new Account(2, 1, 1, 2, 2));
    }

    @Test
    void countsFromTheDueTimeToTheFirstRequest() {
        // Given
        arrivals.add(0, false, 1, 0, 5_000_000);
        arrivals.add(0, true, 1, 0, 9_000_000);
        arrivals.add(1, true, 2, 0, 7_000_000);

        // When
        var latencies = Latencies.of(arrivals, 0, 3, endpoint -> endpoint == 0);

        // Then
        assertThat(latencies.getTotalCount()).isEqualTo(1);
        assertThat(latencies.getMaxValue()).isCloseTo(5_000_000, within(10_000L));
    }

    @Test
    void measuresADrainWithAndWithoutItsEnds() {
        // Given: a slow start, then one each millisecond
        arrivals.add(0, true, 0, 0, 0);
        for (int i = 1; i <= 1000; i++) {
            arrivals.add(0, true, i, 0, SECOND + i * 1_000_000L);
        }

        // When
        var drain = Drain.of(arrivals, -SECOND);

        // Then
        assertThat(drain.perSecond()).isCloseTo(500, within(1.0));
        assertThat(drain.steady()).isCloseTo(1000, within(1.0));
        assertThat(drain.seconds()).isCloseTo(3, within(0.001));
    }

    @Test
    void measuresRetriesFromWhenTheyWereDue() {
        // Given: refused twice; the second retry comes before its time, the third is not in the ledger
        arrivals.add(0, false, 1, 0, 0);
        arrivals.add(0, false, 1, 0, 2 * SECOND);
        arrivals.add(0, true, 2, 0, 2 * SECOND);
        arrivals.add(0, false, 1, 0, 4 * SECOND);
        arrivals.add(0, true, 1, 0, 5 * SECOND);
        var due = Map.of(
                new Lateness.Attempt(1, 2), SECOND + SECOND / 2,
                new Lateness.Attempt(1, 3), 4 * SECOND + 1);

        // When
        var result = Lateness.of(arrivals, due);

        // Then
        assertThat(result.late().getTotalCount()).isEqualTo(2);
        assertThat(result.late().getMaxValue()).isCloseTo(SECOND / 2, within(SECOND / 1000));
        assertThat(result.early()).isEqualTo(1);
        assertThat(result.unmatched()).isEqualTo(1);
    }

    @Test
    void measuresAFailoverUntilTheLastEndpointIsBack() {
        // Given: endpoint 1 moves and gets at first what was due before the kill; 2 stays away
        long kill = 10 * SECOND;
        arrivals.add(0, true, 0, 9 * SECOND, 9 * SECOND);
        arrivals.add(0, true, 1, kill + SECOND, kill + SECOND + 1_000_000);
        arrivals.add(1, true, 2, 9 * SECOND, kill + 6 * SECOND);
        arrivals.add(1, true, 3, kill + SECOND, kill + 7 * SECOND);

        // When
        var failover = Failover.of(arrivals, 3, kill);

        // Then
        assertThat(failover.movedMillis()).isCloseTo(7000, within(0.1));
        assertThat(failover.survivorMillis()).isCloseTo(1001, within(0.1));
        assertThat(failover.silentMillis()).isCloseTo(4999, within(0.1));
        assertThat(failover.silent()).isEqualTo(1);
    }

    @Test
    void countsTheEventsOfARate() {
        assertThat(new Schedule(1000, 3).eventsIn(Duration.ofMillis(1500))).isEqualTo(1500);
    }
}
