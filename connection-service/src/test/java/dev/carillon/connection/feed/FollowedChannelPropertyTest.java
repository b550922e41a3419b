package dev.carillon.connection.feed;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever owners and the inbox do wrong, each subscriber gets everything after its position once and in
/// order, or is told that it does not.
class FollowedChannelPropertyTest {

    /// A simulated life: see [FeedWorld].
    record Life(long seed, int steps, int lossPercent, int repeatPercent, int shufflePercent, int ownerPercent) {}

    @Property(tries = 3000)
    void keepsItsPromisesToEverySubscriber(@ForAll("lives") Life life) {
        // Given
        var world = new FeedWorld(life);

        // When
        world.live();
        world.calmDown();

        // Then
        assertThat(world.listeners()).allSatisfy(listener -> listener.assertToldEverything(world.published()));
        assertThat(world.waiting()).as("nobody waits any more").isZero();
    }

    @Property(tries = 500)
    void isReleasedWhenNobodyListensAnyMore(@ForAll("lives") Life life) {
        // Given
        var world = new FeedWorld(life);
        world.live();

        // When
        world.everybodyLeaves();
        world.calmDown();

        // Then
        assertThat(world.isFollowed()).isFalse();
    }

    @Provide
    Arbitrary<Life> lives() {
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(1, 150),
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 15))
                .as(Life::new);
    }
}
