package dev.carillon.system.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanTest {

    @Test
    void sameSeedStrikesTheSame() {
        assertThat(strikes(42)).isEqualTo(strikes(42)).isNotEqualTo(strikes(43));
    }

    @Test
    void twentyKillsHaveEveryKindAmongThem() {
        var strikes = strikes(System.nanoTime());

        assertThat(strikes.stream().filter(Strike::isKill)).hasSizeGreaterThanOrEqualTo(20);
        assertThat(strikes).extracting(Strike::kind).contains(Strike.Kind.values());
        assertThat(strikes)
                .extracting(Strike::target)
                .contains("everything")
                .anyMatch(target -> target.startsWith("node"))
                .anyMatch(target -> target.startsWith("owner"))
                .anyMatch(target -> target.startsWith("dispatcher"))
                .anyMatch(target -> target.startsWith("broker"));
    }

    /// As many as a short run has.
    private static List<Strike> strikes(long seed) {
        var plan = new Plan(
                seed,
                List.of("node-1", "node-2", "node-3"),
                List.of("owner-1", "owner-2"),
                List.of("dispatcher-1", "dispatcher-2"),
                List.of("broker-1", "broker-2", "broker-3"));
        return Stream.generate(plan::next).limit(35).toList();
    }
}
