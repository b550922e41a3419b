package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.gate.Breaker.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final BreakerLimits LIMITS =
            new BreakerLimits(3, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofDays(5));

    private final Breaker breaker = new Breaker(LIMITS, null);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void opensAfterFailuresInARowAndProbesWithBackoff() {
        // When
        fail(3);

        // Then
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.isShut(now)).isTrue();
        assertThat(breaker.until()).isEqualTo(now.plusSeconds(5));

        // When: probes fail.
        for (int wait : new int[] {10, 20, 40, 60, 60}) {
            now = breaker.until();
            assertThat(breaker.width(now)).isEqualTo(1);
            assertThat(breaker.failed(now, now, 0)).isTrue();
            assertThat(breaker.until()).isEqualTo(now.plusSeconds(wait));
        }
    }

    @Test
    void closesAfterSomeSuccesses() {
        // Given
        fail(3);
        now = breaker.until();

        // When
        breaker.succeeded(now);

        // Then
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.succeeded(now);
        breaker.succeeded(now);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.failingSince()).isNull();
        fail(2);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void opensAgainWhenItFailsHalfOpen() {
        fail(3);
        now = breaker.until();
        breaker.succeeded(now);

        assertThat(breaker.failed(now, now, 0)).isTrue();
        assertThat(breaker.until()).isEqualTo(now.plusSeconds(10));
    }

    @Test
    void learnsNothingFromAttemptsThatBeganBeforeItOpened() {
        // Given
        var before = now;
        fail(3);
        var until = breaker.until();

        // When
        boolean opened = breaker.failed(before, now.plusSeconds(30), 0);

        // Then
        assertThat(opened).isFalse();
        assertThat(breaker.until()).isEqualTo(until);
    }

    @Test
    void opensWhenMostOfManyFail() {
        for (int i = 0; i < 20 && breaker.state() == State.CLOSED; i++) {
            if (i % 10 == 9) {
                breaker.succeeded(now);
            } else if (i % 3 == 2) {
                // Never three failures in a row.
                breaker.succeeded(now);
            } else {
                breaker.failed(now, now, 0);
            }
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);

        var rated = new Breaker(
                new BreakerLimits(10, LIMITS.firstWait(), LIMITS.longestWait(), LIMITS.disableAfter()), null);
        for (int i = 0; i < 100 && rated.state() == State.CLOSED; i++) {
            if (i % 9 == 8) {
                rated.succeeded(now);
            } else {
                rated.failed(now, now, 0);
            }
        }
        assertThat(rated.state()).isEqualTo(State.OPEN);
    }

    @Test
    void isHopelessAfterDaysOfOnlyFailures() {
        fail(1);
        assertThat(breaker.isHopeless(now.plus(Duration.ofDays(4)))).isFalse();
        assertThat(breaker.isHopeless(now.plus(Duration.ofDays(5)))).isTrue();
        assertThat(new Breaker(LIMITS, now).isHopeless(now.plus(Duration.ofDays(5))))
                .isTrue();

        breaker.succeeded(now);
        assertThat(breaker.isHopeless(now.plus(Duration.ofDays(50)))).isFalse();
    }

    /// Whatever happens: it waits never longer than told, and an endpoint that is well again is attempted
    /// freely in the end.
    @Property(tries = 300)
    void alwaysLetsAnEndpointComeBack(@ForAll long seed) {
        var random = new Random(seed);
        for (int step = 0; step < 200; step++) {
            now = now.plusMillis(random.nextInt(20_000));
            if (breaker.isShut(now)) {
                assertThat(Duration.between(now, breaker.until())).isLessThanOrEqualTo(Duration.ofSeconds(72));
            } else if (random.nextInt(3) > 0) {
                breaker.failed(now, now, random.nextDouble());
            } else {
                breaker.succeeded(now);
            }
        }
        now = now.plusSeconds(100);
        assertThat(breaker.isShut(now)).isFalse();
        for (int i = 0; i < 3; i++) {
            breaker.succeeded(now);
        }
        assertThat(breaker.width(now)).isEqualTo(Integer.MAX_VALUE);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now, now, 0);
        }
    }
}
