package dev.carillon.connection.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NamePatternTest {

    @Test
    void matchesWholeNames() {
        var pattern = new NamePattern("chat:[a-z]+");

        assertThat(pattern.matches("chat:abc")).isTrue();
        assertThat(pattern.matches("chat:abc1")).isFalse();
        assertThat(pattern.matches("xchat:abc")).isFalse();
        assertThat(new NamePattern("(?:[a-z]+:)?([a-z]+-)*[a-z]+").matches("a:" + "ab-".repeat(80) + "c"))
                .isTrue();
    }

    @Test
    @Timeout(30)
    void givesUpOnWhatTakesForEver() {
        var evil = new NamePattern("(a+)+b");
        var started = System.nanoTime();

        assertThat(evil.matches("a".repeat(250))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
}
