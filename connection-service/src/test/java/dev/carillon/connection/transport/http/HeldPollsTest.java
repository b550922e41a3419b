package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldPollsTest {

    private final HeldPolls polls = new HeldPolls(2);

    @Test
    void holdsAsManyAsItMay() {
        // Given
        var first = polls.admit(holding("25s"));
        var second = polls.admit(holding("25s"));
        assertThat(first.interval()).isNull();
        assertThat(second.request().hold()).isEqualTo(Duration.ofSeconds(25));

        // When
        var third = polls.admit(holding("25s"));

        // Then
        assertThat(third.request().hold()).isZero();
        assertThat(third.interval()).isEqualTo(Duration.ofSeconds(25));
        assertThat(polls.count()).isEqualTo(2);
    }

    @Test
    void holdsAgainWhenThereIsRoom() {
        // Given
        var first = polls.admit(holding("25s"));
        polls.admit(holding("25s"));
        polls.release(polls.admit(holding("25s")));

        // When
        polls.release(first);

        // Then
        assertThat(polls.admit(holding("25s")).interval()).isNull();
        assertThat(polls.count()).isEqualTo(2);
    }

    @Test
    void asksForASecondAtLeast() {
        polls.admit(holding("1s"));
        assertThat(polls.admit(holding("0s")).interval()).isNull();
        polls.admit(holding("1s"));

        assertThat(polls.admit(holding("10ms")).interval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(polls.admit(holding("0s")).interval()).isEqualTo(Duration.ofSeconds(1));
    }

    private static PollRequest holding(String wait) {
        var hold = Duration.parse("PT" + wait.replace("10ms", "0.01s"));
        return new PollRequest(Map.of(), hold, 1);
    }
}
