package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PartitionMemoryTest {

    private static final long NOW = 1_000_000_000_000L;
    private static final Channel A = new Channel("a");
    private static final Channel B = new Channel("b");

    private final PartitionMemory memory = new PartitionMemory(0, 1, 0, 10, Records.WIDE);
    private final Inbox inbox = new Inbox("n1", 7);

    @Test
    void previousOfAnUnknownChannelIsWhereReadingBegan() {
        // When
        var admission = memory.admit(Records.event(0, 14, A, NOW), NOW);

        // Then
        assertThat(admission).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> {
            assertThat(fresh.previous()).isEqualTo(10);
            assertThat(fresh.entry().offset()).isEqualTo(15);
        });
        assertThat(memory.position()).isEqualTo(15);
    }

    @Test
    void previousIsTheLastPublicationOfTheSameChannel() {
        // Given
        memory.admit(Records.event(0, 14, A, NOW), NOW);
        memory.admit(Records.event(0, 15, B, NOW), NOW);

        // When
        var admission = memory.admit(Records.event(0, 16, A, NOW), NOW);

        // Then
        assertThat(admission).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> assertThat(fresh.previous())
                .isEqualTo(15));
    }

    @Test
    void aRemovalForgetsWhatWasBeforeAndKeepsTheChain() {
        // Given
        memory.admit(Records.event(0, 10, A, NOW), NOW);
        memory.admit(Records.event(0, 11, B, NOW), NOW);
        memory.admit(Records.event(0, 14, A, NOW), NOW);
        long ofB = memory.ring(B, NOW).bytes();

        // When
        var removal = memory.admit(Records.removal(0, 20, A, NOW), NOW);
        var next = memory.admit(Records.event(0, 22, A, NOW), NOW);

        // Then
        assertThat(removal).isInstanceOfSatisfying(Admission.Removed.class, removed -> {
            assertThat(removed.previous()).isEqualTo(15);
            assertThat(removed.offset()).isEqualTo(21);
        });
        assertThat(next).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> assertThat(fresh.previous())
                .isEqualTo(21));
        var ring = memory.ring(A, NOW);
        assertThat(ring.floor()).as("who has seen the last one missed nothing").isEqualTo(15);
        assertThat(ring.removed()).isEqualTo(21);
        assertThat(ring.after(0)).extracting(LogEntry::offset).containsExactly(23L);
        assertThat(ring.isGone(14)).isTrue();
        assertThat(ring.isGone(15)).isFalse();
        assertThat(memory.ring(B, NOW).size()).isOne();
        assertThat(memory.ringBytes()).isEqualTo(ofB + ring.bytes());
        assertThat(memory.removed(A)).isEqualTo(21);
        assertThat(memory.removed(B)).isZero();
    }

    @Test
    void aRemovalOfAnUnknownChannelIsRememberedEvenWhenTheChannelIsNot() {
        // Given
        var limits = new Limits(10, Duration.ofHours(1), 1, Duration.ZERO, 1000);
        var small = new PartitionMemory(0, 1, 0, 10, limits);
        small.admit(Records.removal(0, 12, A, NOW), NOW);

        // When
        small.admit(Records.removal(0, 13, B, NOW), NOW);

        // Then
        assertThat(small.find(A)).isNull();
        assertThat(small.ring(A, NOW).removed()).isEqualTo(13);
        assertThat(small.channel(A).ring().removed()).isEqualTo(13);
    }

    @Test
    void keepsNothingThatALaterRecordIsKnownToRemove() {
        // Given
        var ahead = new PartitionMemory(
                0, 1, 0, 10, Records.WIDE, new NamespaceIndex(10, Duration.ofHours(1)), Removals.of(A, 13));

        // When
        ahead.admit(Records.event(0, 10, A, NOW), NOW);
        var second = ahead.admit(Records.event(0, 11, A, NOW), NOW);

        // Then
        assertThat(second).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> {
            assertThat(fresh.previous()).as("live it goes on as ever").isEqualTo(11);
            assertThat(fresh.kept()).isTrue();
        });
        assertThat(ahead.ring(A, NOW).isEmpty()).isTrue();
        assertThat(ahead.ring(A, NOW).floor()).isEqualTo(12);

        // And what comes after it is kept again
        ahead.admit(Records.removal(0, 12, A, NOW), NOW);
        ahead.admit(Records.event(0, 13, A, NOW), NOW);
        assertThat(ahead.ring(A, NOW).after(12)).extracting(LogEntry::offset).containsExactly(14L);
    }

    @Test
    void anEventThatIsNotKeptIsAStepOfTheChainAndNoMore() {
        // Given
        memory.admit(Records.event(0, 10, A, NOW), NOW);

        // When
        var skipped = memory.admit(Records.skipped(0, 11, A, NOW), NOW);
        var next = memory.admit(Records.event(0, 12, A, NOW), NOW);

        // Then
        assertThat(skipped).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> {
            assertThat(fresh.kept()).isFalse();
            assertThat(fresh.previous()).isEqualTo(11);
        });
        assertThat(next).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> assertThat(fresh.previous())
                .isEqualTo(12));
        assertThat(memory.ring(A, NOW).after(10)).extracting(LogEntry::offset).containsExactly(11L, 13L);
        assertThat(memory.ring(A, NOW).floor()).isEqualTo(10);
    }

    @Test
    void anOrderInTheWrongPartitionIsUnreadable() {
        // Given
        var channel = new Channel("elsewhere");
        int home = dev.carillon.kit.Partitions.of(channel, 6);
        var wrong = new PartitionMemory((home + 1) % 6, 6, 0, 0, Records.WIDE);

        // When
        var admission = wrong.admit(Records.removal((home + 1) % 6, 0, channel, NOW), NOW);

        // Then
        assertThat(admission).isInstanceOf(Admission.Unreadable.class);
        assertThat(wrong.removed(channel)).isZero();
    }

    @Test
    void dropsARepeatedKeyOnTheSameChannelOnly() {
        // Given
        memory.admit(Records.event(0, 10, A, NOW, "k"), NOW);

        // When
        var repeat = memory.admit(Records.event(0, 11, A, NOW + 1000, "k"), NOW);
        var elsewhere = memory.admit(Records.event(0, 12, B, NOW + 1000, "k"), NOW);

        // Then
        assertThat(repeat).isInstanceOf(Admission.Repeat.class);
        assertThat(elsewhere).isInstanceOf(Admission.Fresh.class);
    }

    @Test
    void forgetsAKeyAfterItsWindow() {
        // Given
        memory.admit(Records.event(0, 10, A, NOW, "k"), NOW);

        // When
        var late =
                memory.admit(Records.event(0, 11, A, NOW + Duration.ofMinutes(6).toMillis(), "k"), NOW);

        // Then
        assertThat(late).isInstanceOf(Admission.Fresh.class);
    }

    @Test
    void aRecordFromTheFutureForgetsNoKeys() {
        // Given
        memory.admit(Records.event(0, 10, A, NOW, "k"), NOW);
        memory.admit(Records.event(0, 11, B, NOW + Duration.ofDays(9).toMillis(), "other"), NOW);

        // When
        var repeat = memory.admit(Records.event(0, 12, A, NOW + 1, "k"), NOW);

        // Then
        assertThat(repeat).isInstanceOf(Admission.Repeat.class);
    }

    @Test
    void keepsOfAChannelWhatItsNamespaceSays() {
        // Given
        var namespaces = new NamespaceIndex(1000, Duration.ofHours(24));
        namespaces.changed(Records.namespace("{\"name\":\"few\",\"history\":{\"size\":2}}", "few"));
        namespaces.changed(Records.namespace("{\"name\":\"live\",\"ephemeral\":true}", "live"));
        var spaced = new PartitionMemory(0, 1, 0, 0, Records.WIDE, namespaces);
        var few = new Channel("few:a");
        var live = new Channel("live:a");

        // When
        for (int i = 0; i < 9; i += 3) {
            spaced.admit(Records.event(0, i, few, NOW), NOW);
            spaced.admit(Records.event(0, i + 1L, live, NOW), NOW);
            spaced.admit(Records.event(0, i + 2L, A, NOW), NOW);
        }

        // Then
        assertThat(spaced.ring(few, NOW).after(0)).extracting(LogEntry::offset).containsExactly(4L, 7L);
        assertThat(spaced.ring(live, NOW).isEmpty()).isTrue();
        assertThat(spaced.ring(live, NOW).last()).isEqualTo(8);
        assertThat(spaced.ring(A, NOW).size()).isEqualTo(3);
        assertThat(spaced.isEphemeral(spaced.channel(live))).isTrue();
        assertThat(spaced.isEphemeral(spaced.channel(few))).isFalse();

        // And a change counts from the next look on, the end of a row too
        namespaces.changed(Records.namespace("{\"name\":\"few\",\"history\":{\"size\":1}}", "few"));
        assertThat(spaced.ring(few, NOW).size()).isOne();
        namespaces.changed(Records.namespace(null, "few"));
        spaced.admit(Records.event(0, 9, few, NOW), NOW);
        spaced.admit(Records.event(0, 10, few, NOW), NOW);
        assertThat(spaced.ring(few, NOW).size()).isEqualTo(3);
    }

    @Test
    void forgetsEachNamespaceInItsTime() {
        // Given
        var namespaces = new NamespaceIndex(1000, Duration.ofHours(24));
        namespaces.changed(Records.namespace("{\"name\":\"brief\",\"history\":{\"ttl\":\"PT1M\"}}", "brief"));
        var spaced = new PartitionMemory(0, 1, 0, 0, Records.WIDE, namespaces);
        var brief = new Channel("brief:a");
        spaced.admit(Records.event(0, 0, A, NOW), NOW);
        spaced.admit(Records.event(0, 1, brief, NOW), NOW);
        long both = spaced.ringBytes();

        // When
        spaced.expire(NOW + Duration.ofMinutes(2).toMillis());

        // Then
        assertThat(spaced.ringBytes()).isPositive().isLessThan(both);
        assertThat(spaced.ring(A, NOW).size()).isOne();
        assertThat(namespaces.longestTtl()).isEqualTo(Duration.ofHours(24));

        // And memory is freed across them
        spaced.admit(Records.event(0, 2, brief, NOW), NOW);
        assertThat(spaced.evict()).isTrue();
        assertThat(spaced.evict()).isTrue();
        assertThat(spaced.evict()).isFalse();
        assertThat(spaced.ringBytes()).isZero();
    }

    @Test
    void saysWhereARecordInTheWrongPartitionBelongs() {
        // Given
        var channel = new Channel("elsewhere");
        int home = dev.carillon.kit.Partitions.of(channel, 6);
        var wrong = new PartitionMemory((home + 1) % 6, 6, 0, 0, Records.WIDE);

        // When
        var admission = wrong.admit(Records.event((home + 1) % 6, 0, channel, NOW), NOW);

        // Then
        assertThat(admission)
                .isInstanceOfSatisfying(Admission.Unreadable.class, unreadable -> assertThat(unreadable.reason())
                        .contains("belongs into " + home));
        assertThat(wrong.channelCount()).isZero();
    }

    @Test
    void replacesWhatANodeFollowedBefore() {
        // Given
        memory.follow(memory.channel(A), new Follower(inbox, 7, 1));

        // When
        memory.follow(memory.channel(A), new Follower(inbox, 7, 2));

        // Then
        assertThat(memory.channel(A).followers()).extracting(Follower::followId).containsExactly(2L);
        assertThat(memory.followerCount()).isEqualTo(1);
    }

    @Test
    void endsOnlyFollowsOfOldIncarnations() {
        // Given
        memory.follow(memory.channel(A), new Follower(inbox, 7, 1));
        memory.follow(memory.channel(B), new Follower(inbox, 8, 2));

        // When
        var ended = memory.unfollowAll("n1", 7);

        // Then
        assertThat(ended).containsExactly(new Interest.Key(A, "n1"));
        assertThat(memory.followedBy("n1")).extracting(ChannelMemory::channel).containsExactly(B);
    }

    @Test
    void listsAMovedChannelOnce() {
        // Given
        memory.follow(memory.channel(A), new Follower(inbox, 7, 1));
        memory.admit(Records.event(0, 10, A, NOW), NOW);

        // When
        memory.moved(memory.channel(A));
        memory.moved(memory.channel(A));

        // Then
        assertThat(memory.takeMoved()).extracting(ChannelMemory::channel).containsExactly(A);
        assertThat(memory.takeMoved()).isEmpty();
    }

    @Test
    void doesNotTellTopsOfAChannelThatNeverMoved() {
        // Given
        memory.follow(memory.channel(A), new Follower(inbox, 7, 1));

        // When
        memory.allMoved();

        // Then
        assertThat(memory.takeMoved()).isEmpty();
    }

    /// Whatever is forgotten, for whatever reason: what a ring claims to know, it knows.
    @Property(tries = 300)
    void floorsAreHonest(@ForAll long seed) {
        // Given
        var random = new Random(seed);
        var limits = new Limits(1 + random.nextInt(5), Duration.ofMillis(50), random.nextInt(4), Duration.ZERO, 1000);
        long start = random.nextInt(100);
        var owned = new PartitionMemory(0, 1, 0, start, limits);
        var truth = new HashMap<Channel, List<Long>>();
        var removed = new HashMap<Channel, Long>();
        long now = NOW;
        long offset = start;

        for (int i = 0; i < 200; i++) {
            // When
            var channel = new Channel("c" + random.nextInt(8));
            switch (random.nextInt(10)) {
                case 8 -> {
                    offset += random.nextInt(3);
                    owned.admit(Records.removal(0, offset, channel, now), now);
                    removed.put(channel, ++offset);
                }
                case 9 -> {
                    offset += random.nextInt(3);
                    checkPrevious(
                            owned.admit(Records.skipped(0, offset, channel, now), now),
                            truth.getOrDefault(channel, List.of()));
                    offset++;
                }
                case 0 -> owned.evict();
                case 1 -> now += random.nextInt(60);
                case 2 -> owned.expire(now);
                case 3 -> owned.follow(owned.channel(channel), new Follower(inbox, 7, i));
                case 4 -> unfollow(owned, channel);
                default -> {
                    offset += random.nextInt(3);
                    var admission = owned.admit(Records.event(0, offset, channel, now), now);
                    checkPrevious(admission, truth.getOrDefault(channel, List.of()));
                    truth.computeIfAbsent(channel, _ -> new ArrayList<>()).add(++offset);
                }
            }

            // Then
            check(owned, truth, now);
            removed.forEach((one, upTo) -> {
                assertThat(owned.removed(one)).isEqualTo(upTo);
                assertThat(owned.ring(one, NOW).after(0)).allMatch(entry -> entry.offset() > upTo);
            });
        }
    }

    private static void unfollow(PartitionMemory memory, Channel channel) {
        var known = memory.find(channel);
        if (known != null) {
            memory.unfollow(known, "n1");
        }
    }

    private static void checkPrevious(Admission admission, List<Long> before) {
        assertThat(admission).isInstanceOfSatisfying(Admission.Fresh.class, fresh -> {
            assertThat(fresh.previous()).isLessThan(fresh.entry().offset());
            assertThat(before).allMatch(earlier -> earlier <= fresh.previous());
        });
    }

    private static void check(PartitionMemory memory, Map<Channel, List<Long>> truth, long now) {
        long bytes = 0;
        for (int i = 0; i < 8; i++) {
            var channel = new Channel("c" + i);
            var known = memory.find(channel);
            bytes += known == null ? 0 : known.ring().bytes();
            var ring = known == null ? memory.ring(channel, now) : known.ring();
            long floor = ring.floor();
            assertThat(ring.after(floor).stream().map(LogEntry::offset))
                    .containsExactlyElementsOf(truth.getOrDefault(channel, List.of()).stream()
                            .filter(offset -> offset > floor)
                            .toList());
            assertThat(truth.getOrDefault(channel, List.of())).allMatch(offset -> offset <= ring.last());
        }
        assertThat(memory.ringBytes()).isEqualTo(bytes);
    }
}
