package dev.carillon.webhook.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.webhook.delivery.LogMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AccountingTest {

    private static final List<String> ENDS = List.of("delivered", "dead", "cancelled", "expired", "failed");

    /// A made-up past: what was accepted, what attempts say, and what waits.
    private record Past(List<Accepted> accepted, List<Entry> entries, Set<Long> waiting) {}

    @Property(tries = 200)
    void accountsForEverything(@ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int size) {
        var past = past(new Random(seed), size);

        var statement = account(past.accepted(), past.entries(), past.waiting());

        assertThat(statement.isBalanced()).isTrue();
        assertThat(statement.discrepancies()).isEmpty();
        assertThat(statement.fresh().accepted() + statement.replays().accepted())
                .isEqualTo(size);
        assertThat(statement.fresh().of(Fate.PENDING) + statement.replays().of(Fate.PENDING))
                .isEqualTo(past.waiting().size());
    }

    @Property(tries = 200)
    void findsExactlyWhatIsHidden(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int size) {
        var random = new Random(seed);
        var past = past(random, size);
        long hidden = random.nextInt(size);
        var entries = past.entries().stream()
                .filter(entry -> entry.origin() != hidden || entry.fate() == null)
                .toList();
        var waiting = new HashSet<>(past.waiting());
        waiting.remove(hidden);

        var statement = account(past.accepted(), entries, waiting);

        assertThat(statement.isBalanced()).isFalse();
        assertThat(statement.discrepancies()).singleElement().satisfies(wrong -> {
            assertThat(wrong.kind()).isEqualTo(Discrepancy.Kind.LOST);
            assertThat(wrong.delivery().offset()).isEqualTo(hidden);
        });
    }

    @Test
    void callsOutWhatEndedTwice() {
        var statement =
                account(List.of(accepted(1, true, 1)), List.of(entry(1, "delivered"), entry(1, "dead")), Set.of());

        assertThat(statement.discrepancies())
                .extracting(Discrepancy::kind)
                .containsExactly(Discrepancy.Kind.DECIDED_TWICE);
        assertThat(statement.fresh().of(Fate.DELIVERED)).isEqualTo(1);
    }

    @Test
    void leavesRepetitionsOutIfThereIsSomethingToRepeat() {
        var twice = List.of(accepted(1, true, 7), accepted(2, true, 7));
        var entries = List.of(entry(1, "delivered"), entry(2, "repeated"));

        var proven = account(twice, entries, Set.of());
        var unproven = account(List.of(accepted(2, true, 8)), entries, Set.of());

        assertThat(proven.fresh().accepted()).isEqualTo(1);
        assertThat(proven.isBalanced()).isTrue();
        assertThat(proven.discrepancies()).isEmpty();
        assertThat(unproven.discrepancies())
                .extracting(Discrepancy::kind)
                .containsExactly(Discrepancy.Kind.REPEATS_NOTHING);
    }

    @Test
    void endsAllThatRetentionTook() {
        var expired = new Entry("ep", 1, 3, Fate.EXPIRED, "expired");
        var statement = account(
                List.of(accepted(1, true, 1), accepted(2, true, 2), accepted(3, true, 3)),
                List.of(entry(2, "delivered"), expired),
                Set.of(3L));

        assertThat(statement.fresh().of(Fate.EXPIRED)).isEqualTo(1);
        assertThat(statement.fresh().of(Fate.PENDING)).isEqualTo(1);
        assertThat(statement.discrepancies()).isEmpty();
    }

    @Test
    void tellsFailuresThatGoOnFromThoseThatDoNot() {
        assertThat(Entries.fate("failed", true)).isNull();
        assertThat(Entries.fate("failed", false)).isEqualTo(Fate.DEAD);
        assertThat(Entries.fate("moved", true)).isNull();
        assertThat(Entries.fate("from-the-future", false)).isNull();
    }

    private static Past past(Random random, int size) {
        var accepted = new ArrayList<Accepted>();
        var entries = new ArrayList<Entry>();
        var waiting = new HashSet<Long>();
        for (long offset = 0; offset < size; offset++) {
            accepted.add(accepted(offset, random.nextInt(4) > 0, offset));
            for (int i = random.nextInt(3); i > 0; i--) {
                entries.add(new Entry("ep", offset, offset + 1, null, "failed"));
            }
            int end = random.nextInt(ENDS.size() + 1);
            if (end == ENDS.size()) {
                waiting.add(offset);
            } else {
                entries.add(entry(offset, ENDS.get(end)));
            }
        }
        Collections.shuffle(entries, random);
        return new Past(accepted, entries, waiting);
    }

    private static Statement account(List<Accepted> accepted, List<Entry> entries, Set<Long> waiting) {
        var accounting = new Accounting();
        accepted.forEach(accounting::accept);
        entries.forEach(accounting::hear);
        return accounting.close(delivery -> waiting.contains(delivery.offset()));
    }

    private static Accepted accepted(long offset, boolean isFresh, long logOffset) {
        return new Accepted(
                0, offset, "ep", "event-" + logOffset, isFresh, new LogMark("e", 0, logOffset), Instant.EPOCH);
    }

    private static Entry entry(long origin, String outcome) {
        return new Entry("ep", origin, origin + 1, Entries.fate(outcome, false), outcome);
    }
}
