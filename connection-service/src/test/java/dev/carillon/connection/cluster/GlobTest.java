package dev.carillon.connection.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "'', anything, true",
        "*, anything, true",
        "room:*, room:blue, true",
        "room:*, zoom:blue, false",
        "*blue, room:blue, true",
        "r*m:?lue, room:blue, true",
        "r*m:?lue, room:lue, false",
        "room, room:blue, false",
        "a*b*c, aXbXbXc, true",
        "a*b*c, aXbXbX, false",
    })
    void matches(String pattern, String text, boolean expected) {
        assertThat(Glob.of(pattern).test(text)).isEqualTo(expected);
    }

    @Test
    void takesNoLongerForAHostilePattern() {
        var glob = Glob.of("a*".repeat(100) + "b");
        Assertions.assertThatNoException()
                .isThrownBy(() -> org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                        Duration.ofSeconds(30), () -> glob.test("a".repeat(255))));
    }
}
