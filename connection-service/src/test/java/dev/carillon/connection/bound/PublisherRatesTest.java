package dev.carillon.connection.bound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublisherRatesTest {

    private static final Namespace SLOW = named("slow", 2);
    private static final Namespace FREE = named("free", 0);

    private final List<Bound> refused = new ArrayList<>();
    private long now;
    private final PublisherRates rates = new PublisherRates(Duration.ofSeconds(5), refused::add, () -> now);

    @Test
    void tellHowLongToWait() {
        for (int n = 0; n < 10; n++) {
            assertThat(rates.take("anna", SLOW, 1)).isZero();
        }
        assertThat(rates.take("anna", SLOW, 1)).isEqualTo(Duration.ofMillis(500));
        assertThat(rates.take("anna", SLOW, 4)).isEqualTo(Duration.ofSeconds(2));
        assertThat(refused).hasSize(2).containsOnly(Bound.NAMESPACE_PUBLISHES);

        now += Duration.ofMillis(500).toNanos();
        assertThat(rates.take("anna", SLOW, 1)).isZero();
    }

    @Test
    void holdForEachHolderAndNamespaceAlone() {
        assertThat(rates.take("anna", SLOW, 10)).isZero();

        assertThat(rates.take("anna", SLOW, 1)).isPositive();
        assertThat(rates.take("bert", SLOW, 10)).isZero();
        assertThat(rates.take("anna", named("other", 2), 10)).isZero();
        assertThat(rates.take("anna", FREE, 1_000_000)).isZero();
    }

    @Test
    void takeABatchThatIsLargerThanABucketFromAFullOne() {
        assertThat(rates.take("anna", SLOW, 1_000)).isZero();
        assertThat(rates.take("anna", SLOW, 1_000)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void forgetFullBuckets() {
        for (int n = 0; n < 1_000; n++) {
            rates.take("user-" + n, SLOW, 1);
        }
        now += Duration.ofHours(1).toNanos();
        for (int n = 0; n < 24; n++) {
            rates.take("anna", FREE, 1);
            rates.take("anna", SLOW, 1);
        }

        assertThat(rates.size()).isOne();
    }

    @Test
    void aSlowRateIsNotNone() {
        var free = new Rate(0, Duration.ofMillis(100));
        var hasty = new Allowance(new Allowance.Rates(free, free, free, free), refused::add, () -> now);

        assertThat(hasty.publish(named("one", 1))).isTrue();
        assertThat(hasty.publish(named("one", 1))).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(hasty.publish(named("one", 1))).isTrue();
    }

    private static Namespace named(String name, int publishes) {
        return Namespace.DEFAULT.withName(name).withRates(new Namespace.Rates(publishes));
    }
}
