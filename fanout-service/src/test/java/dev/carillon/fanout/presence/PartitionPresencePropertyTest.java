package dev.carillon.fanout.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PartitionPresencePropertyTest {

    private static final int STEPS = 120;

    @Property(tries = 500)
    void whateverHappensTheOwnerKnowsWhoIsInAndTellsEverybodyOnce(@ForAll long seed) {
        // Given
        var world = new PresenceWorld(seed, Integer.MAX_VALUE);

        // When
        for (int i = 0; i < STEPS; i++) {
            world.step(true);
            assertThat(world.known()).isEqualTo(world.written());
        }
        world.settle();

        // Then
        assertThat(world.known()).isEqualTo(world.connected());
        assertThat(world.told()).as(world::history).isEqualTo(world.present());
        for (var channel : world.channels()) {
            assertThat(world.users(channel)).isEqualTo(world.connectedUsers(channel));
        }
    }

    @Property(tries = 200)
    void aboveTheCapMembersAreCountedAndNobodyLeavesWhoDidNotJoin(@ForAll long seed) {
        // Given
        var world = new PresenceWorld(seed, 3);

        // When
        for (int i = 0; i < STEPS; i++) {
            world.step(false);
            assertThat(world.known()).isEqualTo(world.written());
            assertThat(world.told().values()).allMatch(count -> count > 0);
        }
        world.settle();

        // Then
        assertThat(world.known()).isEqualTo(world.connected());
        assertThat(world.size())
                .isEqualTo(
                        world.connected().values().stream().mapToInt(Set::size).sum());
    }
}
