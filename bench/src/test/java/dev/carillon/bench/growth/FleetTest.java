package dev.carillon.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FleetTest {

    private static final Costs COSTS = new Costs(10, 20, 50, 20, 10, 200, 10, 14_336, 200);
    private static final Machine MACHINE = new Machine(8, 16L << 30, 1.25e9, 0.6);

    private static Demand demand(int connections, double publishes, double privateShare) {
        return new Demand(connections, publishes, privateShare, 1_000, 2, 0.8, 0.5, 100, 0.1, 300, 20);
    }

    @Test
    void aSmallCrowdNeedsOneOfEachAndThreeBrokers() {
        var fleet = Fleet.of(demand(1_000, 10, 0.5), COSTS, MACHINE, 1);

        assertThat(fleet.nodes()).isOne();
        assertThat(fleet.owners()).isOne();
        assertThat(fleet.dispatchers()).isOne();
        assertThat(fleet.brokers()).isEqualTo(3);
        assertThat(fleet.loads()).allSatisfy(load -> assertThat(load.share()).isLessThan(1));
    }

    @Test
    void connectionsAloneNeedMemory() {
        var fleet = Fleet.of(demand(10_000_000, 0.001, 1), COSTS, MACHINE, 1);

        // 143 GB in nodes that may use 10.3 GB each.
        assertThat(fleet.nodes()).isEqualTo(14);
    }

    @Test
    void whatCanBeDividedIsAndWhatCannotIsSaid() {
        var fleet = Fleet.of(demand(1_000_000, 100_000, 0.9), COSTS, MACHINE, 1);

        assertThat(fleet.loads())
                .filteredOn(load -> !load.what().contains("one thread"))
                .allSatisfy(load -> assertThat(load.share()).isLessThanOrEqualTo(1));
        assertThat(fleet.loads()).isSortedAccordingTo((one, other) -> Double.compare(other.share(), one.share()));
    }

    @Test
    void fewListenersTouchFewNodesAndManyTouchAll() {
        var crowd = new Crowd(new double[] {1, 1_000_000}, new double[] {1, 1});

        assertThat(crowd.copies(100)).isCloseTo(101, within(0.01));
        assertThat(crowd.deliveries()).isCloseTo(1_000_001, within(0.01));
    }

    @Test
    void theSimulationKeepsSumsAndSharesWhatItCan() {
        var crowd = Crowd.of(demand(1_000_000, 100_000, 0.9), new SplittableRandom(1));

        assertThat(crowd.events()).isCloseTo(10_000, within(0.01));
        assertThat(crowd.hottestShare(10, new SplittableRandom(1))).isBetween(0.1, 0.3);
        assertThat(crowd.hottestRate()).isGreaterThan(crowd.events() / 1_000);
    }
}
