package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private final TimerWheel wheel = new TimerWheel();
    private final List<String> done = new ArrayList<>();

    @Test
    void runsEachTimerAtItsTick() {
        // Given
        wheel.after(2, () -> done.add("two"));
        wheel.after(130, () -> done.add("far"));
        wheel.after(0, () -> done.add("next"));

        // When, then
        wheel.advance();
        assertThat(done).containsExactly("next");
        wheel.advance();
        assertThat(done).containsExactly("next", "two");
        for (int i = 0; i < 127; i++) {
            wheel.advance();
        }
        assertThat(done).containsExactly("next", "two");
        wheel.advance();
        assertThat(done).containsExactly("next", "two", "far");
    }

    @Test
    void passesOverWhatIsCancelledEvenAtTheSameTick() {
        // Given
        var second = new TimerWheel.Timer[1];
        wheel.after(1, () -> {
            done.add("first");
            second[0].cancel();
        });
        second[0] = wheel.after(1, () -> done.add("second"));

        // When
        wheel.advance();

        // Then
        assertThat(done).containsExactly("first");
    }

    @Test
    void letsAnActionSetTheNextTimer() {
        // Given
        wheel.after(1, () -> wheel.after(64, () -> done.add("later")));

        // When
        for (int i = 0; i < 65; i++) {
            wheel.advance();
        }

        // Then
        assertThat(done).containsExactly("later");
    }
}
