package dev.carillon.webhook.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HostsTest {

    @Test
    void letsLinesWaitInOrderForAPlace() {
        // Given
        var hosts = new Hosts(1);
        var first = new Line("first", 1);
        var second = new Line("second", 1);
        var third = new Line("third", 1);
        assertThat(hosts.enter("a:80", first)).isTrue();

        // When
        assertThat(hosts.enter("a:80", second)).isFalse();
        assertThat(hosts.enter("a:80", third)).isFalse();

        // Then
        assertThat(hosts.enter("b:80", third)).isTrue();
        assertThat(hosts.leave("a:80")).isSameAs(second);
        assertThat(hosts.another("a:80")).isSameAs(third);
        assertThat(hosts.another("a:80")).isNull();
    }

    @Test
    void givesNoPlaceToAnotherWhileThereIsNone() {
        // Given
        var hosts = new Hosts(1);
        hosts.enter("a:80", new Line("first", 1));
        hosts.enter("a:80", new Line("second", 1));

        // When, Then
        assertThat(hosts.another("a:80")).isNull();
        assertThat(hosts.leave("nobody:80")).isNull();
        assertThat(hosts.another("nobody:80")).isNull();
    }

    @Test
    void doesNotLimitServersThatItDoesNotKnow() {
        var hosts = new Hosts(1);
        for (int i = 0; i < 10; i++) {
            assertThat(hosts.enter("", new Line("line", 1))).isTrue();
        }
    }

    /// Never more than the limit at a server, and nobody who waits is forgotten, whoever declines its turn.
    @Property(tries = 300)
    void forgetsNobodyAndKeepsToItsLimit(@ForAll @IntRange(min = 1, max = 5) int limit, @ForAll long seed) {
        var random = new Random(seed);
        var hosts = new Hosts(limit);
        int inFlight = 0;
        int waiting = 0;
        var turns = new ArrayDeque<Line>();
        for (int step = 0; step < 400; step++) {
            if (random.nextBoolean()) {
                if (hosts.enter("a:80", new Line("line", 1))) {
                    inFlight++;
                } else {
                    waiting++;
                }
            } else if (inFlight > 0) {
                inFlight--;
                var next = hosts.leave("a:80");
                while (next != null) {
                    waiting--;
                    turns.add(next);
                    boolean takesIt = random.nextBoolean();
                    inFlight += takesIt && hosts.enter("a:80", next) ? 1 : 0;
                    next = takesIt ? null : hosts.another("a:80");
                }
            }
            assertThat(inFlight).isBetween(0, limit);
        }
        // When: all end.
        while (inFlight > 0) {
            inFlight--;
            for (var next = hosts.leave("a:80"); next != null; next = hosts.another("a:80")) {
                waiting--;
            }
        }
        assertThat(waiting).isZero();
        assertThat(turns).doesNotContainNull();
    }
}
