package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PaceTest {

    private static final long MINUTE = 60_000;

    @Test
    void hasNoLimitUnlessToldOne() {
        var pace = new Pace();
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.hasToken(5)).isTrue();
            pace.take();
        }
        assertThat(pace.fullAt()).isEqualTo(5);
    }

    @Test
    void knowsLimitsOfLessThanOneASecond() {
        // Given: two a minute.
        var pace = new Pace();
        pace.limit(2, 1000);
        assertThat(pace.hasToken(1000)).isTrue();
        pace.take();

        // When, Then
        assertThat(pace.hasToken(30_900)).isFalse();
        assertThat(pace.nextAt()).isBetween(30_990L, 31_001L);
        assertThat(pace.hasToken(31_001)).isTrue();
    }

    @Test
    void grantsNothingForAChangeOfTheLimit() {
        // Given
        var pace = new Pace();
        pace.limit(60, 0);
        pace.take();

        // When
        for (int i = 0; i < 100; i++) {
            pace.limit(i % 2 == 0 ? 6000 : 60, 0);
        }

        // Then
        assertThat(pace.hasToken(0)).isFalse();
        assertThat(pace.hasToken(1001)).isTrue();
    }

    /// In no stretch of time more than the limit and a tenth of a second's burst; and all that the limit allows to
    /// whoever always wants more.
    @Property(tries = 300)
    void keepsToItsLimitAndNotBelow(@ForAll @LongRange(min = 1, max = 60_000) long perMinute, @ForAll long seed) {
        var random = new Random(seed);
        var pace = new Pace();
        pace.limit(perMinute, 0);
        var taken = new ArrayList<Long>();
        long now = 0;
        while (taken.size() < 200) {
            if (pace.hasToken(now)) {
                pace.take();
                taken.add(now);
            } else {
                long next = pace.nextAt();
                assertThat(next).isGreaterThan(now);
                now = random.nextInt(4) == 0 ? now + random.nextLong(next - now) : next;
            }
        }
        double burst = 1 + perMinute / 600.0;
        for (int i = 0; i < taken.size(); i += 7) {
            for (int j = i; j < taken.size(); j += 3) {
                double most = burst + (taken.get(j) - taken.get(i)) * perMinute / (double) MINUTE;
                assertThat(j - i + 1.0).isLessThanOrEqualTo(most + 1e-6);
            }
        }
        // Moments are whole milliseconds, so each delivery may come up to one late.
        double least = (taken.size() - burst) * MINUTE / perMinute;
        assertThat((double) taken.getLast()).isBetween(least - 1, least + taken.size() + MINUTE / (double) perMinute);
    }

    @Property(tries = 300)
    void isFullWhenItSaysSo(@ForAll @LongRange(min = 1, max = 600_000) long perMinute) {
        // Given
        var pace = new Pace();
        pace.limit(perMinute, 0);
        while (pace.hasToken(0)) {
            pace.take();
        }

        // When
        long full = pace.fullAt();

        // Then
        assertThat(pace.hasToken(full)).isTrue();
        assertThat(pace.fullAt()).isLessThanOrEqualTo(full + 1);
    }
}
