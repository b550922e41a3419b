package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final Channel A = new Channel("a");
    private static final Channel B = new Channel("b");
    private static final long WINDOW = 1000;

    private final Repeats repeats = new Repeats(Duration.ofMillis(WINDOW));

    @Test
    void aKeyIsOfItsChannel() {
        // Given
        assertThat(repeats.isRepeat(A, "k", 1, 1)).isFalse();

        // Then
        assertThat(repeats.isRepeat(B, "k", 1, 1)).isFalse();
        assertThat(repeats.isRepeat(A, "k", 1, 1)).isTrue();
    }

    @Test
    void aRecordFromTheFutureMakesNothingForgotten() {
        // Given
        repeats.isRepeat(A, "k", 1, 1);

        // When
        for (int i = 0; i < 10; i++) {
            repeats.isRepeat(A, "future" + i, Long.MAX_VALUE / 2 + i * 2L * WINDOW, 2);
        }

        // Then
        assertThat(repeats.isRepeat(A, "k", 3, 3)).isTrue();
    }

    @Test
    void asManyAreKnownAsFitIntoAGeneration() {
        // When
        for (int i = 0; i < 3 * Repeats.MAX_KEYS; i++) {
            repeats.isRepeat(A, "k" + i, 1, 1);
        }

        // Then
        for (int i = 2 * Repeats.MAX_KEYS; i < 3 * Repeats.MAX_KEYS; i++) {
            assertThat(repeats.isRepeat(A, "k" + i, 1, 1)).isTrue();
        }
        assertThat(repeats.isRepeat(A, "k0", 1, 1)).isFalse();
    }

    /// As if everything was remembered for ever.
    @Property(tries = 200)
    void knowsEveryKeyOfTheWindowAndNoOther(@ForAll long seed) {
        // Given
        var random = new Random(seed);
        var known = new Repeats(Duration.ofMillis(WINDOW));
        var last = new HashMap<String, Long>();
        long time = 0;

        for (int i = 0; i < 500; i++) {
            // When
            time += random.nextInt(60);
            var key = "k" + random.nextInt(40);
            boolean isRepeat = known.isRepeat(A, key, time, time);

            // Then
            var before = last.get(key);
            assertThat(isRepeat).as("key %d", i).isEqualTo(before != null && time - before <= WINDOW);
            if (!isRepeat) {
                last.put(key, time);
            }
        }
    }
}
