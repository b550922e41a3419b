package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.LogEntry;
import dev.carillon.kit.Partitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RingBudgetTest {

    private static final long NOW = 1_000_000_000_000L;
    private static final int PARTITIONS = 4;
    private static final int CHANNELS = 24;

    @Test
    void whoHasTheIdlestChannelEvictsFirst() {
        // Given
        var budget = new RingBudget(16_000);
        var busy = budget.open();
        var idle = budget.open();
        busy.excess(8000, 20);

        // When
        long ofIdle = idle.excess(8500, 10);
        long ofBusy = busy.excess(8000, 20);

        // Then
        assertThat(ofIdle).isEqualTo(500);
        assertThat(ofBusy).isZero();
    }

    @Test
    void whoHoldsMoreThanAShareEvictsWhenNobodyElseDoes() {
        // Given
        var budget = new RingBudget(16_000);
        var stuck = budget.open();
        var growing = budget.open();
        stuck.excess(2000, 10);

        // When
        long excess = growing.excess(17_000, 20);

        // Then
        assertThat(excess).isEqualTo(3000);
        assertThat(stuck.excess(2000, 10)).isEqualTo(2000);
    }

    @Test
    void aClosedShareCountsNoMore() {
        // Given
        var budget = new RingBudget(100);
        var first = budget.open();
        first.excess(90, 1);

        // When
        first.close();

        // Then
        assertThat(budget.used()).isZero();
        assertThat(budget.open().excess(90, 1)).isZero();
    }

    /// Two threads with two partitions each. After each of them had its turn the budget holds; nobody who is
    /// followed forgets before somebody who is not; and what a ring says to know, it has.
    @Property(tries = 40)
    void theBudgetHoldsAndFloorsAreHonest(@ForAll long seed) {
        new World(seed).run();
    }

    /// An instance in small, and what was really published.
    private static final class World {
        private final long seed;
        private final Random random;
        private final RingBudget budget = new RingBudget(20_000);
        private final List<RingBudget.Share> shares = List.of(budget.open(), budget.open());
        private final List<PartitionMemory> memories = new ArrayList<>();
        private final Map<Channel, TreeMap<Long, LogEntry>> published = new HashMap<>();
        private final List<Channel> channels = new ArrayList<>();
        private long now = NOW;

        private World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 0; i < PARTITIONS; i++) {
                memories.add(new PartitionMemory(i, PARTITIONS, 0, 0, Records.WIDE));
            }
            for (int i = 0; i < CHANNELS; i++) {
                channels.add(new Channel("c" + i));
            }
        }

        private void run() {
            for (int step = 0; step < 150; step++) {
                now += random.nextInt(50);
                var channel = channels.get(random.nextInt(CHANNELS));
                act(channel);
                turn(0);
                turn(1);
                // The first may have had to wait for the second.
                turn(0);
                assertThat(budget.used()).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(20_000 + 20_000 / 16);
                checkFloor(channel);
            }
            channels.forEach(this::checkFloor);
        }

        private void act(Channel channel) {
            var memory = memory(channel);
            switch (random.nextInt(8)) {
                case 0 ->
                    memory.follow(memory.channel(channel), new Follower(new Inbox("n" + random.nextInt(2), 1), 1, 1));
                case 1 -> memory.unfollow(memory.channel(channel), "n" + random.nextInt(2));
                case 2 -> memory.ring(channel, now);
                default -> publish(channel, memory);
            }
        }

        private void publish(Channel channel, PartitionMemory memory) {
            long offset = memory.position() + random.nextInt(3);
            memory.admit(Records.event(memory.partition(), offset, channel, now), now);
            published
                    .computeIfAbsent(channel, _ -> new TreeMap<>())
                    .put(offset + 1, Records.entry(offset + 1, channel, 8));
        }

        /// As a worker does it.
        private void turn(int worker) {
            var own = memories.subList(worker * 2, worker * 2 + 2);
            while (true) {
                var idlest = own.get(0).idlest() <= own.get(1).idlest() ? own.get(0) : own.get(1);
                long bytes = own.get(0).ringBytes() + own.get(1).ringBytes();
                if (shares.get(worker).excess(bytes, idlest.idlest()) == 0) {
                    return;
                }
                checkEviction(idlest);
            }
        }

        private void checkEviction(PartitionMemory memory) {
            var before = remembered(memory);
            assertThat(memory.evict()).isTrue();
            var after = remembered(memory);
            boolean idleIsLeft = after.stream().anyMatch(channel -> !isFollowed(channel));
            boolean followedWent = before.stream().anyMatch(channel -> isFollowed(channel) && !after.contains(channel));
            assertThat(idleIsLeft && followedWent).as("seed %d", seed).isFalse();
        }

        private boolean isFollowed(Channel channel) {
            var known = memory(channel).find(channel);
            return known != null && known.isFollowed();
        }

        private List<Channel> remembered(PartitionMemory memory) {
            return channels.stream()
                    .filter(channel -> memory(channel) == memory)
                    .filter(channel -> {
                        var known = memory.find(channel);
                        return known != null && !known.ring().isEmpty();
                    })
                    .toList();
        }

        private void checkFloor(Channel channel) {
            var known = memory(channel).find(channel);
            if (known == null) {
                return;
            }
            var all = published.getOrDefault(channel, new TreeMap<>());
            long floor = known.ring().floor();
            assertThat(known.ring().after(floor).stream().map(LogEntry::offset).toList())
                    .as("seed %d: %s after %d", seed, channel, floor)
                    .isEqualTo(List.copyOf(all.tailMap(floor, false).keySet()));
        }

        private PartitionMemory memory(Channel channel) {
            return memories.get(Partitions.of(channel, PARTITIONS));
        }
    }
}
