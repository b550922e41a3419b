package dev.carillon.webhook.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.delivery.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetterChoiceTest {

    private static final LetterFilter ALL = LetterFilter.all();

    @Test
    void replaysTheNewestLetterOfEachDelivery() {
        assertThat(replayed(false, letter(1, "ep", "a"), letter(2, "ep", "a"), letter(3, "other", "a")))
                .containsExactly(2L, 3L);
    }

    @Test
    void leavesOutWhatWasReplayedUnlessToldOtherwise() {
        assertThat(replayed(false, letter(1, "ep", "a"), mark(2, 1, -1))).isEmpty();
        assertThat(replayed(true, letter(1, "ep", "a"), mark(2, 1, -1))).containsExactly(1L);
    }

    @Test
    void neverReplaysWhatIsPurged() {
        assertThat(replayed(true, letter(1, "ep", "a"), mark(2, -1, 1))).isEmpty();
    }

    @Test
    void purgesAllOfThemOnce() {
        var command = new Command.Purge("op", ALL, Reached.none());

        assertThat(chosen(
                        command,
                        10,
                        letter(1, "ep", "a"),
                        letter(2, "ep", "a"),
                        mark(3, 1, -1),
                        letter(4, "ep", ""),
                        mark(5, -1, 2)))
                .containsExactly(1L, 4L);
    }

    @Test
    void endsWhereItIsTold() {
        var command = new Command.Replay("op", ALL, false, Reached.none());

        assertThat(chosen(command, 2, letter(1, "ep", "a"), letter(2, "ep", "b"), mark(3, 1, -1)))
                .isEmpty();
    }

    @Test
    void takesOnlyWhatMatchesEverything() {
        var filter = new LetterFilter(
                "ep", "owner-of-ep", Set.of("gone"), Set.of("a"), Instant.EPOCH, Instant.ofEpochMilli(100));

        assertThat(chosen(
                        new Command.Replay("op", filter, false, Reached.none()),
                        10,
                        letter(1, "ep", "a"),
                        letter(2, "ep", "b"),
                        letter(3, "other", "a")))
                .containsExactly(1L);
        assertThat(filter.matches(letter(1, "ep", "a"), _ -> null)).isFalse();
        assertThat(filter.matches(letter(100, "ep", "a"), id -> "owner-of-" + id))
                .isFalse();
    }

    private static Set<Long> replayed(boolean again, DeadLetter... letters) {
        return chosen(new Command.Replay("op", ALL, again, Reached.none()), 10, letters);
    }

    private static Set<Long> chosen(Command.Letters command, long end, DeadLetter... letters) {
        var choice = LetterChoice.of(command, end, id -> "owner-of-" + id);
        List.of(letters).forEach(choice::hear);
        return choice.chosen().keySet();
    }

    private static DeadLetter letter(long offset, String endpoint, String event) {
        return new DeadLetter(
                0, offset, endpoint, event, "c", "t", "gone", "", 1, Instant.ofEpochMilli(offset), -1, -1, "");
    }

    private static DeadLetter mark(long offset, long replays, long purges) {
        return new DeadLetter(0, offset, "ep", "", "", "", "", "", 0, Instant.EPOCH, replays, purges, "op");
    }
}
