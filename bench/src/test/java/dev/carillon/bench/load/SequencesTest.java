package dev.carillon.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequencesTest {

    private final Sequences sequences = new Sequences();

    @Test
    void countsWhatIsMissingInEachOfManyStreams() {
        // Given
        for (int lane = 0; lane < 100; lane++) {
            assertThat(sequences.note(Marker.id(lane % 3, lane, 5 + lane))).isZero();
        }

        for (int lane = 0; lane < 100; lane++) {
            // When
            long next = sequences.note(Marker.id(lane % 3, lane, 6 + lane));
            long afterGap = sequences.note(Marker.id(lane % 3, lane, 10 + lane));

            // Then
            assertThat(next).isZero();
            assertThat(afterGap).isEqualTo(3);
        }
    }

    @Test
    void noticesRepeats() {
        // Given
        sequences.note(Marker.id(0, 0, 5));
        sequences.note(Marker.id(0, 0, 6));

        // When
        long again = sequences.note(Marker.id(0, 0, 6));
        long earlier = sequences.note(Marker.id(0, 0, 5));

        // Then
        assertThat(again).isEqualTo(Sequences.REPEATED);
        assertThat(earlier).isEqualTo(Sequences.REPEATED);
    }

    @Test
    void startsAnywhereAfterForgetting() {
        // Given
        sequences.note(Marker.id(0, 0, 5));

        // When
        sequences.forget();

        // Then
        assertThat(sequences.note(Marker.id(0, 0, 50))).isZero();
    }
}
