package dev.carillon.fanout.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Chain;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.fanout.route.Records;
import dev.carillon.fanout.route.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private static final Channel A = new Channel("a");
    private static final String EPOCH = "e1";

    @Test
    void aFollowWithoutPositionGetsOnlyWhatComes() {
        // When
        var answer = follow(null, Records.ring(A, 0, 3, 5), 9, 9).getFirst();

        // Then
        assertThat(answer.entries()).isEmpty();
        assertThat(answer.from()).isEqualTo(9);
        assertThat(answer.upTo()).isEqualTo(9);
    }

    @Test
    void aFollowFromAKnownPlaceGetsAllAfterIt() {
        // When
        var answer = follow(new Position(EPOCH, 3), Records.ring(A, 0, 3, 5, 8), 9, 9)
                .getFirst();

        // Then
        assertThat(offsets(answer.entries())).containsExactly(5L, 8L);
        assertThat(resume(new Chain(EPOCH, 3), answer)).isInstanceOf(Chain.Resumed.Complete.class);
    }

    @Test
    void aFollowFromBelowTheFloorIsToldSo() {
        // When
        var answer =
                follow(new Position(EPOCH, 3), Records.ring(A, 4, 5, 8), 9, 9).getFirst();

        // Then
        assertThat(resume(new Chain(EPOCH, 3), answer)).isEqualTo(new Chain.Resumed.Broken(new Chain(EPOCH, 9)));
    }

    @Test
    void aFollowFromTheFloorItselfMissesNothing() {
        // When
        var answer =
                follow(new Position(EPOCH, 4), Records.ring(A, 4, 5, 8), 9, 9).getFirst();

        // Then
        assertThat(resume(new Chain(EPOCH, 4), answer)).isInstanceOf(Chain.Resumed.Complete.class);
    }

    @Test
    void aFollowOfAnotherLogIsToldSo() {
        // When
        var answer = follow(new Position("old", 3), Records.ring(A, 0, 5), 9, 9).getFirst();

        // Then
        assertThat(resume(new Chain("old", 3), answer)).isEqualTo(new Chain.Resumed.Broken(new Chain(EPOCH, 9)));
    }

    @Test
    void aNodeThatIsAheadOfANewOwnerLosesNothing() {
        // When
        var answer =
                follow(new Position(EPOCH, 12), Records.ring(A, 0, 5), 9, 15).getFirst();

        // Then
        assertThat(resume(new Chain(EPOCH, 12), answer))
                .isEqualTo(new Chain.Resumed.Complete(new Chain(EPOCH, 12), List.of()));
    }

    @Test
    void aPositionAfterTheEndOfTheLogIsNotBelieved() {
        // When
        var answer =
                follow(new Position(EPOCH, 1000), Records.ring(A, 0, 5), 9, 15).getFirst();

        // Then
        assertThat(resume(new Chain(EPOCH, 1000), answer)).isEqualTo(new Chain.Resumed.Broken(new Chain(EPOCH, 9)));
    }

    @Test
    void aFollowFromBeforeARemovalRecoversOnlyWhereNothingWasRemoved() {
        // Given
        var ring = Records.ring(A, 0, 3, 5, 8);
        ring.forget(7);

        // When
        var missing = follow(new Position(EPOCH, 4), ring, 9, 9).getFirst();
        var nothing = follow(new Position(EPOCH, 5), ring, 9, 9).getFirst();

        // Then
        assertThat(missing.removed()).isEqualTo(7);
        assertThat(resume(new Chain(EPOCH, 4), missing)).isInstanceOf(Chain.Resumed.Broken.class);
        assertThat(resume(new Chain(EPOCH, 5), nothing)).isInstanceOf(Chain.Resumed.Complete.class);
        assertThat(offsets(nothing.entries())).containsExactly(8L);
    }

    @Test
    void historyBeginsWhereItWasRemoved() {
        // Given
        var ring = Records.ring(A, 0, 3, 5, 8);
        ring.forget(7);

        // When
        var newest = history(null, 10, true, ring);
        var older = history(new Position(EPOCH, 7), 10, true, ring);
        var fromBefore = history(new Position(EPOCH, 3), 10, false, ring);

        // Then
        assertThat(offsets(newest.entries())).containsExactly(8L);
        assertThat(newest.complete()).isTrue();
        assertThat(older.entries()).isEmpty();
        assertThat(older.complete()).isTrue();
        assertThat(offsets(fromBefore.entries())).containsExactly(8L);
        assertThat(fromBefore.complete()).isFalse();
    }

    @Test
    void longAnswersComeInPartsThatFit() {
        // Given
        var entries = new ArrayList<LogEntry>();
        LongStream.rangeClosed(1, 40).forEach(offset -> entries.add(Records.entry(offset, A, 60_000)));

        // When
        var parts = Parts.of(entries);

        // Then
        assertThat(parts).hasSizeGreaterThan(4);
        assertThat(parts.stream().flatMap(part -> part.entries().stream())).containsExactlyElementsOf(entries);
        assertThat(parts.getLast().more()).isFalse();
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(Parts.Part::more);
        assertThat(parts).allSatisfy(part -> assertThat(
                        InboxCodec.encode(new InboxMessage.Followed(EPOCH, A, 1, 0, 40, part.more(), part.entries())))
                .hasSizeLessThan(512 * 1024));
    }

    @Test
    void eachPartBeginsWhereTheOneBeforeEnded() {
        // When
        var parts = follow(new Position(EPOCH, 1), Records.ringOfLarge(A, 300_000, 0, 2, 4, 5), 20, 20);

        // Then
        assertThat(parts).hasSize(3);
        assertThat(parts.getFirst().from()).isEqualTo(1);
        for (int i = 1; i < parts.size(); i++) {
            assertThat(parts.get(i).from()).isEqualTo(parts.get(i - 1).upTo());
        }
        assertThat(parts.getLast().upTo()).isEqualTo(20);
        // Each is a whole answer by itself, too.
        var chain = new Chain(EPOCH, 1);
        for (var part : parts) {
            var resumed = resume(chain, part);
            assertThat(resumed).isInstanceOf(Chain.Resumed.Complete.class);
            chain = ((Chain.Resumed.Complete) resumed).chain();
        }
        assertThat(chain.last()).isEqualTo(20);
    }

    @Test
    void anEntryThatIsLargerThanAPartTravelsAlone() {
        // When
        var parts = Parts.of(
                List.of(Records.entry(1, A, 10), Records.entry(2, A, Parts.MAX_BYTES + 1), Records.entry(3, A, 10)));

        // Then
        assertThat(parts).extracting(part -> part.entries().size()).containsExactly(1, 1, 1);
    }

    @Test
    void historyGoesForwardFromAPlace() {
        // When
        var page = history(new Position(EPOCH, 3), 2, false, Records.ring(A, 0, 3, 5, 8, 9));

        // Then
        assertThat(offsets(page.entries())).containsExactly(5L, 8L);
        assertThat(page.complete()).isTrue();
        assertThat(page.upTo()).isEqualTo(9);
    }

    @Test
    void historyGoesBackFromTheEnd() {
        // When
        var page = history(null, 2, true, Records.ring(A, 1, 3, 5, 8));

        // Then
        assertThat(offsets(page.entries())).containsExactly(8L, 5L);
        assertThat(page.complete()).isTrue();
    }

    @Test
    void historyGoesBackFromAPlace() {
        // When
        var page = history(new Position(EPOCH, 8), 10, true, Records.ring(A, 0, 3, 5, 8));

        // Then
        assertThat(offsets(page.entries())).containsExactly(5L, 3L);
        assertThat(page.complete()).isTrue();
    }

    @Test
    void historySaysWhenItDoesNotReachFarEnough() {
        // Then
        assertThat(history(new Position(EPOCH, 3), 10, false, Records.ring(A, 4, 5))
                        .complete())
                .isFalse();
        assertThat(history(null, 10, true, Records.ring(A, 4, 5)).complete()).isFalse();
        assertThat(history(new Position("old", 3), 10, false, Records.ring(A, 0, 5))
                        .complete())
                .isFalse();
    }

    @Test
    void historyWithoutEntriesTellsThePosition() {
        // When
        var page = history(null, 0, false, Records.ring(A, 4, 5));

        // Then
        assertThat(page.entries()).isEmpty();
        assertThat(page.upTo()).isEqualTo(9);
        assertThat(page.complete()).isTrue();
    }

    private static List<InboxMessage.Followed> follow(@Nullable Position since, Ring ring, long position, long logEnd) {
        return FollowAnswer.parts(
                EPOCH, A, new FollowAnswer.Asked(1, since, false), ring, new FollowAnswer.Extent(position, logEnd));
    }

    private static Chain.Resumed resume(Chain chain, InboxMessage.Followed answer) {
        return chain.answer(answer.epoch(), answer.from(), answer.upTo(), answer.entries());
    }

    private static InboxMessage.HistoryPage history(@Nullable Position after, int limit, boolean reverse, Ring ring) {
        var query = new ChannelQuery.History(1, "n1", A, after, limit, reverse);
        return HistoryAnswer.parts(EPOCH, query, ring, true, 9, 0).getFirst();
    }

    private static List<Long> offsets(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::offset).toList();
    }
}
