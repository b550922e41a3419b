package dev.carillon.connection.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {

    private final Parts<String> parts = new Parts<>();

    @Test
    void partsInOrderMakeTheWhole() {
        assertThat(parts.add(0, List.of("a"))).isTrue();
        assertThat(parts.add(1, List.of("b", "c"))).isTrue();

        assertThat(parts.all()).containsExactly("a", "b", "c");
    }

    @Test
    void nothingComesOfAnAnswerWithAHole() {
        parts.add(0, List.of("a"));

        assertThat(parts.add(2, List.of("c"))).isFalse();
        assertThat(parts.add(3, List.of("d"))).isFalse();
    }

    @Test
    void aSecondAnswerTakesThePlaceOfTheFirst() {
        parts.add(0, List.of("a"));
        parts.add(1, List.of("b"));

        assertThat(parts.add(0, List.of("A"))).isTrue();
        assertThat(parts.add(1, List.of("B"))).isTrue();
        assertThat(parts.all()).containsExactly("A", "B");
    }
}
