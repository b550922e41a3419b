package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import org.junit.jupiter.api.Test;

class RemovalsTest {

    private static final Channel A = new Channel("a");
    private static final Channel B = new Channel("b");
    private static final Channel C = new Channel("c");

    @Test
    void theFurthestCounts() {
        // Given
        var removals = new Removals(10);

        // When
        removals.add(A, 9);
        removals.add(A, 5);

        // Then
        assertThat(removals.upTo(A)).isEqualTo(9);
        assertThat(removals.upTo(B)).isZero();
    }

    @Test
    void whatDoesNotFitCountsForAllSoThatNothingComesBack() {
        // Given
        var removals = new Removals(2);
        removals.add(A, 1);
        removals.add(B, 2);
        removals.add(A, 3);

        // When
        removals.add(C, 4);

        // Then
        assertThat(removals.upTo(A)).isEqualTo(3);
        assertThat(removals.upTo(B)).isEqualTo(2);
        assertThat(removals.upTo(C)).isEqualTo(4);
        assertThat(removals.upTo(new Channel("d"))).isEqualTo(2);
    }
}
