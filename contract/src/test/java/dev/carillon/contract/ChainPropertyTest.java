package dev.carillon.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever owners and the inbox do wrong, a node that goes by the chain rule delivers in order, nothing twice,
/// and in the end everything, unless an owner said that it no longer knows.
class ChainPropertyTest {

    /// A simulated life: see [ChainWorld].
    record Life(long seed, int steps, int lossPercent, int repeatPercent, int shufflePercent, int ownerPercent) {}

    @Property(tries = 3000)
    void deliversEverythingOnceInOrderOrSaysThatItIsBroken(@ForAll("lives") Life life) {
        // Given
        var world = new ChainWorld(life);

        // When
        world.live();
        world.calmDown();

        // Then
        world.node().assertOrderedWithoutRepeats();
        assertThat(world.node().deliveredSinceBreak())
                .as("what was delivered since it began, or since it was broken the last time")
                .isEqualTo(world.publishedAfter(world.node().begin()));
        assertThat(world.node().isBroken() || world.node().begin() == 0)
                .as("a node that was never broken has it all")
                .isTrue();
    }

    @Property(tries = 1000)
    void losesNothingAndIsNeverBrokenWhileOwnersRememberAll(@ForAll("lives") Life life) {
        // Given
        var world = new ChainWorld(life).rememberingAll();

        // When
        world.live();
        world.calmDown();

        // Then
        assertThat(world.node().isBroken()).isFalse();
        assertThat(world.node().deliveredSinceBreak()).isEqualTo(world.publishedAfter(0));
    }

    @Property
    void neverGoesBack(
            @ForAll("chains") Chain chain, @ForAll("offsets") long previous, @ForAll("offsets") long offset) {
        var after =
                switch (chain.publication(chain.epoch(), previous, offset)) {
                    case Chain.Verdict.Next(Chain next) -> next.last();
                    case Chain.Verdict.Seen _, Chain.Verdict.Gap _ -> chain.last();
                };

        assertThat(after).isGreaterThanOrEqualTo(chain.last());
    }

    @Property
    void takesNothingFromAnotherLog(@ForAll("chains") Chain chain, @ForAll("offsets") long offset) {
        assertThat(chain.publication("other", 0, offset)).isInstanceOf(Chain.Verdict.Gap.class);
        assertThat(chain.top("other", offset)).isInstanceOf(Chain.Verdict.Gap.class);
        assertThat(chain.answer("other", 0, offset, List.of())).isInstanceOf(Chain.Resumed.Broken.class);
    }

    @Provide
    Arbitrary<Life> lives() {
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(1, 120),
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 20))
                .as(Life::new);
    }

    @Provide
    Arbitrary<Chain> chains() {
        return offsets().map(last -> new Chain("epoch", last));
    }

    @Provide
    Arbitrary<Long> offsets() {
        return Arbitraries.longs().between(0, 50);
    }
}
