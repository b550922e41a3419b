package dev.carillon.connection.bound;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final Method SUBSCRIBE = Method.Subscribe.to("bells");
    private static final Method PUBLISH = new Method.Publish("bells", ByteString.EMPTY, 0);
    private static final Duration BURST = Duration.ofSeconds(2);

    private final List<Bound> refused = new ArrayList<>();
    private long now;
    private final Allowance allowance =
            new Allowance(new Allowance.Rates(rate(10), rate(4), rate(1_000), rate(1)), refused::add, () -> now);

    @Test
    void letsABurstPassAndThenTheRate() {
        assertThat(allowedOf(25, SUBSCRIBE)).isEqualTo(20);
        assertThat(refused).hasSize(5).containsOnly(Bound.COMMANDS);

        now += Duration.ofMillis(500).toNanos();
        assertThat(allowedOf(25, SUBSCRIBE)).isEqualTo(5);

        now += Duration.ofHours(1).toNanos();
        assertThat(allowedOf(25, SUBSCRIBE)).isEqualTo(20);
    }

    @Test
    void countsPublishesAlsoForThemselves() {
        assertThat(allowedOf(10, PUBLISH)).isEqualTo(8);
        assertThat(refused).containsOnly(Bound.PUBLISHES);
        assertThat(allowedOf(20, SUBSCRIBE)).isEqualTo(10);
    }

    @Test
    void countsBytes() {
        assertThat(allowance.frame(1_900)).isTrue();
        assertThat(allowance.frame(200)).isFalse();
        assertThat(allowance.frame(100)).isTrue();
        assertThat(refused).containsExactly(Bound.BYTES);
    }

    @Test
    void forgivesAWhile() {
        assertThat(allowance.forgiveRate()).isTrue();
        assertThat(allowance.forgiveRate()).isTrue();
        assertThat(allowance.forgiveRate()).isFalse();
        assertThat(allowance.forgiveError()).isTrue();

        now += Duration.ofSeconds(1).toNanos();
        assertThat(allowance.forgiveRate()).isTrue();
    }

    @Test
    void knowsNoBoundsWithoutARate() {
        var free = new Allowance(new Allowance.Rates(rate(0), rate(0), rate(0), rate(0)), refused::add, () -> now);

        assertThat(IntStream.range(0, 10_000).allMatch(_ -> free.command(PUBLISH) && free.frame(1_000_000)))
                .isTrue();
    }

    private long allowedOf(int tries, Method method) {
        return IntStream.range(0, tries).filter(_ -> allowance.command(method)).count();
    }

    private static Rate rate(long perSecond) {
        return new Rate(perSecond, BURST);
    }
}
