package dev.carillon.connection.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A subscriber that checks every word it is told against what was really published.
final class ModelListener {

    private final @Nullable Position since;
    private final String epoch;
    private final long end;
    private final List<Long> got = new ArrayList<>();
    private long newest;
    private boolean refused;
    private boolean welcome;
    private boolean left;
    private long begin;

    /// @param end of the log when it subscribes
    ModelListener(@Nullable Position since, String epoch, long end) {
        this.since = since;
        this.epoch = epoch;
        this.end = end;
    }

    @Nullable
    Position since() {
        return since;
    }

    boolean isIn() {
        return welcome && !left;
    }

    boolean isOver() {
        return refused || left;
    }

    void leave() {
        left = true;
    }

    /// @param removed up to where the past was removed at the place where it is let in
    /// @param forgotten up to where somebody has forgotten the past, or knows that it was removed
    void welcome(Catchup catchup, List<Long> published, long removed, long forgotten) {
        assertThat(welcome || refused).as("told twice").isFalse();
        assertThat(catchup.position().epoch()).isEqualTo(epoch);
        welcome = true;
        long position = catchup.position().offset();
        var entries = catchup.entries().stream().map(Publication::offset).toList();
        if (catchup.recovered()) {
            assertThat(since).isNotNull();
            long from = since == null ? 0 : since.offset();
            assertThat(entries)
                    .as("recovery is never partial: everything in (%d, %d]", from, position)
                    .isEqualTo(between(published, from, position))
                    .as("what was removed is told to nobody who comes later")
                    .allMatch(offset -> offset > removed);
            begin = from;
        } else {
            assertThat(position)
                    .as("nobody is thrown back behind what it has seen")
                    .isGreaterThanOrEqualTo(seen());
            assertThat(since == null || !isPossible(since) || since.offset() < forgotten)
                    .as("somebody at %s is told that it is gone, and all have what is after %d", since, forgotten)
                    .isTrue();
            begin = position;
        }
        got.addAll(entries);
        newest = entries.isEmpty() ? 0 : entries.getLast();
    }

    /// What it can have seen of this log.
    private long seen() {
        return since == null || !since.epoch().equals(epoch) || since.offset() > end ? 0 : since.offset();
    }

    /// Whether such a position is in this log.
    private boolean isPossible(Position position) {
        return (position.epoch().isEmpty() || position.epoch().equals(epoch)) && position.offset() <= end;
    }

    void refused() {
        assertThat(welcome || refused).as("told twice").isFalse();
        refused = true;
    }

    /// @param kept whether it would have been missed
    void publication(long offset, boolean kept) {
        assertThat(isIn()).isTrue();
        assertThat(newest < offset).as("in order").isTrue();
        newest = offset;
        if (kept) {
            got.add(offset);
        }
    }

    /// @param forgotten as above
    void broken(long top, long forgotten) {
        assertThat(Math.max(begin, newest)).as("nothing is missing").isLessThan(forgotten);
        begin = top;
    }

    /// Now that all is calm: it has everything since it began, or since it was told that something is lost.
    void assertToldEverything(List<Long> published) {
        if (isIn()) {
            assertThat(got.stream().filter(offset -> offset > begin).toList())
                    .isEqualTo(between(published, begin, Long.MAX_VALUE));
        } else {
            assertThat(isOver()).as("somebody was forgotten").isTrue();
        }
    }

    private static List<Long> between(List<Long> published, long from, long upTo) {
        return published.stream()
                .filter(offset -> offset > from && offset <= upTo)
                .toList();
    }
}
