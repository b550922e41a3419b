package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    @Test
    void stopsBelowTheFirstRecordThatIsNotDone() {
        // Given
        var mark = new Watermark(10);
        var first = mark.register(10);
        var second = mark.register(12);

        // When
        second.done();

        // Then
        assertThat(mark.low()).isEqualTo(10);
        first.done();
        assertThat(mark.low()).isEqualTo(13);
        assertThat(mark.isDone()).isTrue();
    }

    @Test
    void waitsForEveryEffectOfARecord() {
        // Given
        var mark = new Watermark(0);
        var ticket = mark.register(0);
        ticket.expect();
        ticket.expect();
        ticket.done();

        // When
        ticket.done();

        // Then
        assertThat(mark.low()).isZero();
        ticket.done();
        assertThat(mark.low()).isEqualTo(1);
    }

    @Test
    void passesRecordsWithoutEffectsOnlyAfterThoseBefore() {
        // Given
        var mark = new Watermark(0);
        var ticket = mark.register(0);

        // When
        mark.pass(1);

        // Then
        assertThat(mark.low()).isZero();
        ticket.done();
        assertThat(mark.low()).isEqualTo(2);
    }

    @Test
    void neverPassesAFailure() {
        // Given
        var mark = new Watermark(0);
        var failing = mark.register(0);
        failing.expect();
        mark.register(1).done();

        // When
        failing.fail();
        failing.done();

        // Then
        assertThat(mark.low()).isZero();
        assertThat(mark.isFailed()).isTrue();
        assertThat(mark.isDone()).isFalse();
    }

    @Test
    void refusesToGoBack() {
        // Given
        var mark = new Watermark(5);

        // Then
        assertThatThrownBy(() -> mark.register(4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void equalsTheFirstOpenOffset(
            @ForAll @Size(max = 60) List<@IntRange(min = 1, max = 4) Integer> steps,
            @ForAll List<@IntRange(max = 1000) Integer> order) {
        // Given
        var mark = new Watermark(0);
        var tickets = new ArrayList<Watermark.Ticket>();
        var offsets = new ArrayList<Long>();
        long offset = -1;
        for (int step : steps) {
            offset += step;
            offsets.add(offset);
            tickets.add(mark.register(offset));
        }
        var open = new TreeSet<>(offsets);
        long end = offset + 1;

        for (int pick : order) {
            if (open.isEmpty()) {
                break;
            }
            // When
            int index = pick % offsets.size();
            if (open.remove(offsets.get(index))) {
                tickets.get(index).done();
            }

            // Then
            assertThat(mark.low()).isEqualTo(open.isEmpty() ? end : open.first());
        }
    }
}
