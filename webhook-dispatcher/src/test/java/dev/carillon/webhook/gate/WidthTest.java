package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WidthTest {

    private static final int MOST = 64;

    private final Width width = new Width(MOST);

    @Test
    void growsByOneWithEachSuccessUntilSomethingFails() {
        // When
        succeed(20, 10);

        // Then
        assertThat(width.width()).isEqualTo(Width.START + 20);

        // When: from the first failure on it climbs by one a round.
        width.failed();
        assertThat(width.width()).isEqualTo((Width.START + 20) / 2);
        succeed(12, 10);

        // Then
        assertThat(width.width()).isBetween(12, 13);
    }

    @Test
    void staysAsItIsWhileItIsNotUsed() {
        for (int i = 0; i < 100; i++) {
            width.succeeded(10, 1);
        }
        assertThat(width.width()).isEqualTo(Width.START);
    }

    @Test
    void narrowsWhenAnswersTakeLongerThanTheyUsedTo() {
        // Given
        succeed(100, 20);
        assertThat(width.width()).isEqualTo(MOST);

        // When
        succeed(30, 400);

        // Then
        assertThat(width.width()).isLessThan(MOST / 2);
    }

    @Test
    void getsUsedToAnEndpointThatIsSlow() {
        // Given
        succeed(10, 5);

        // When
        succeed(4000, 300);

        // Then
        assertThat(width.width()).isEqualTo(MOST);
    }

    /// Whatever happens, an endpoint gets one attempt at least, and in the end its width back.
    @Property(tries = 300)
    void keepsBetweenOneAndTheMostAndComesBack(@ForAll @IntRange(min = 1, max = 200) int most, @ForAll long seed) {
        var random = new Random(seed);
        var any = new Width(most);
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(4) == 0) {
                any.failed();
            } else {
                any.succeeded(random.nextInt(1000), 1 + random.nextInt(most));
            }
            assertThat(any.width()).isBetween(1, most);
        }
        for (int step = 0; step < 200 * most + 5000 && any.width() < most; step++) {
            any.succeeded(100, any.width());
        }
        assertThat(any.width()).isEqualTo(most);
    }

    private void succeed(int times, long millis) {
        for (int i = 0; i < times; i++) {
            width.succeeded(millis, width.width());
        }
    }
}
