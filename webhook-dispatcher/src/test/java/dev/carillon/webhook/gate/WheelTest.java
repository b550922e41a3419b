package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WheelTest {

    private static final long ROUND = 8 * 1024;

    @Test
    void bringsALineWhenItsMomentHasCome() {
        // Given
        var wheel = new Wheel();
        var line = new Line("a", 1);
        wheel.due(1000);
        wheel.add(line, 1005);

        // When, Then
        assertThat(wheel.due(1004)).isEmpty();
        assertThat(wheel.due(1005)).containsExactly(line);
        assertThat(wheel.due(1006)).isEmpty();
    }

    @Test
    void keepsWhatIsFurtherAwayThanItIsLong() {
        // Given
        var wheel = new Wheel();
        var line = new Line("a", 1);
        wheel.due(0);
        wheel.add(line, 3 * ROUND + 1);

        // When, Then
        for (long now = 0; now <= 3 * ROUND; now += 100) {
            assertThat(wheel.due(now)).isEmpty();
        }
        assertThat(wheel.due(3 * ROUND + 1)).containsExactly(line);
    }

    @Test
    void bringsEverythingAfterALongSilence() {
        // Given
        var wheel = new Wheel();
        wheel.due(0);
        for (int i = 0; i < 100; i++) {
            wheel.add(new Line("line-" + i, 1), i * 100L);
        }

        // When, Then
        assertThat(wheel.due(50 * ROUND)).hasSize(100);
    }

    /// Each line comes once, the first time that somebody asks at or after its moment; clocks may begin anywhere.
    @Property(tries = 300)
    void bringsEachOnceAndInTime(@ForAll long seed) {
        var random = new Random(seed);
        var wheel = new Wheel();
        var waiting = new IdentityHashMap<Line, Long>();
        long now = random.nextLong(-5 * ROUND, 5 * ROUND);
        for (int step = 0; step < 500; step++) {
            for (int i = random.nextInt(3); i > 0; i--) {
                var line = new Line("line", 1);
                long at = now + random.nextLong(-20, random.nextInt(10) == 0 ? 3 * ROUND : 300);
                wheel.add(line, at);
                waiting.put(line, at);
            }
            now += random.nextInt(20) == 0 ? random.nextLong(2 * ROUND) : random.nextLong(30);
            for (var line : wheel.due(now)) {
                assertThat(waiting.remove(line)).isNotNull().isLessThanOrEqualTo(now);
            }
            assertThat(late(waiting, now)).isZero();
        }
    }

    private static long late(Map<Line, Long> waiting, long now) {
        return waiting.values().stream().filter(at -> at <= now).count();
    }
}
