package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatsTest {

    private static final List<Long> DEATHS = List.of(50_000L, 10_000L);

    @Test
    void explainsWhatCameBeforeADeath() {
        var repeats = Repeats.of(List.of(List.of(9_900L, 11_000L), List.of(100L)), DEATHS);

        assertThat(repeats).isEqualTo(new Repeats(3, List.of(100L)));
        assertThat(repeats.olderThan(99)).isEqualTo(1);
        assertThat(repeats.olderThan(100)).isZero();
        assertThat(repeats)
                .hasToString("1 were repeated, which had come before the kill by (ms): p50=100 p90=100"
                        + " p99=100 max=100");
    }

    @Test
    void explainsWhatWasOnTheWireAtADeath() {
        var repeats = Repeats.of(List.of(List.of(10_300L, 11_000L)), DEATHS);

        assertThat(repeats.ages()).containsExactly(-300L);
    }

    @Test
    void countsEveryRepeatAgainstTheTimeBefore() {
        var repeats = Repeats.of(List.of(List.of(9_000L, 12_000L, 51_000L)), DEATHS);

        assertThat(repeats.ages()).containsExactly(1_000L, 38_000L);
    }

    @Test
    void doesNotExplainWhatNoDeathExplains() {
        var repeats = Repeats.of(List.of(List.of(20_000L, 21_000L)), DEATHS);

        assertThat(repeats.ages()).containsExactly(Repeats.UNEXPLAINED);
        assertThat(repeats.olderThan(1_000_000)).isEqualTo(1);
        assertThat(repeats.toString()).endsWith("max=unexplained");
    }

    @Test
    void saysSoWhenNothingIsRepeated() {
        assertThat(Repeats.of(List.of(List.of(1L)), DEATHS)).hasToString("nothing was repeated");
        assertThat(new Repeats(0, List.of()).percent()).isZero();
        assertThat(new Repeats(8, List.of(70L)).percent()).isEqualTo(12.5);
    }
}
