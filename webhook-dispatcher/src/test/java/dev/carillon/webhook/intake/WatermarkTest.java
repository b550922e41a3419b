package dev.carillon.webhook.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.carillon.webhook.intake.Watermark.Mark;
import dev.carillon.webhook.intake.Watermark.Start;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    @Test
    void standsAtTheOldestUndecidedRecord() {
        // Given
        var watermark = new Watermark(Start.afresh(10));
        watermark.accept(10, 100);
        watermark.accept(11, 101);
        watermark.accept(15, 105);

        // When
        watermark.decide(11);

        // Then
        assertThat(watermark.mark(200)).isEqualTo(new Mark(10, 100));
        watermark.decide(10);
        assertThat(watermark.mark(200)).isEqualTo(new Mark(15, 105));
        watermark.decide(15);
        assertThat(watermark.mark(200)).isEqualTo(new Mark(16, 200));
    }

    @Test
    void keepsTheOldPlaceInTheLedgerWhileEarlierDecisionsAreAbove() {
        // Given: somebody decided up to 20; what they wrote begins at 50.
        var watermark = new Watermark(new Start(10, 20, 50));

        // When, Then
        assertThat(watermark.mark(90)).isEqualTo(new Mark(10, 50));
        watermark.accept(10, 90);
        assertThat(watermark.mark(90)).isEqualTo(new Mark(10, 50));
        watermark.decide(10);
        assertThat(watermark.mark(90)).isEqualTo(new Mark(11, 50));
        watermark.accept(21, 90);
        assertThat(watermark.mark(95)).isEqualTo(new Mark(21, 90));
    }

    @Test
    void acceptsNothingTwice() {
        var watermark = new Watermark(Start.afresh(5));
        watermark.accept(5, 0);

        assertThatIllegalArgumentException().isThrownBy(() -> watermark.accept(5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> watermark.accept(4, 0));
    }

    /// Owners come and go at any moment; each commits some of what it decided, and the next one reads back from
    /// what was committed. Nothing may be lost, and no decision committed twice.
    @Property(tries = 500)
    void ownersThatReadBackDecideEverythingExactlyOnce(@ForAll long seed) {
        var random = new Random(seed);
        int records = 1 + random.nextInt(60);
        var world = new World();
        int owners = 0;
        while (world.committed.offset() < records && owners++ < 10_000) {
            world.own(random, records);
        }
        assertThat(world.committed.offset()).isEqualTo(records);
        assertThat(world.ledger).doesNotHaveDuplicates().hasSize(records);
    }

    /// A partition, its ledger, and what is committed of it.
    private static final class World {
        private final List<Long> ledger = new ArrayList<>();
        private Mark committed = new Mark(0, 0);

        /// One owner's life: take over, then accept, decide and commit at random, then die.
        void own(Random random, int records) {
            Set<Long> decided = new HashSet<>();
            long until = -1;
            for (long offset : ledger.subList((int) committed.ledger(), ledger.size())) {
                if (offset >= committed.offset()) {
                    decided.add(offset);
                    until = Math.max(until, offset);
                }
            }
            var watermark = new Watermark(new Start(committed.offset(), until, committed.ledger()));
            Map<Long, Boolean> open = new HashMap<>();
            var pending = new ArrayList<Long>();
            long known = ledger.size();
            for (int step = random.nextInt(60); step > 0; step--) {
                switch (random.nextInt(3)) {
                    case 0 -> accept(watermark, records, decided, open, known);
                    case 1 -> decide(random, watermark, open, pending);
                    default -> {
                        ledger.addAll(pending);
                        pending.clear();
                        committed = watermark.mark(known);
                        known = ledger.size();
                    }
                }
            }
        }

        private static void accept(
                Watermark watermark, int records, Set<Long> decided, Map<Long, Boolean> open, long known) {
            long offset = watermark.next();
            if (offset >= records) {
                return;
            }
            watermark.accept(offset, known);
            if (decided.contains(offset)) {
                watermark.decide(offset);
            } else {
                open.put(offset, true);
            }
        }

        private static void decide(Random random, Watermark watermark, Map<Long, Boolean> open, List<Long> pending) {
            if (open.isEmpty()) {
                return;
            }
            var offsets = List.copyOf(open.keySet());
            long offset = offsets.get(random.nextInt(offsets.size()));
            open.remove(offset);
            watermark.decide(offset);
            pending.add(offset);
        }
    }
}
