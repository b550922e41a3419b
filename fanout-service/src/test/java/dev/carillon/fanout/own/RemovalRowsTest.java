package dev.carillon.fanout.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Position;
import dev.carillon.contract.Removal;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RemovalRowsTest {

    private static final Channel A = new Channel("a");
    private static final Channel B = new Channel("b");

    private final RemovalRows rows = new RemovalRows("e1", 10);

    @Test
    void theNewestOfTheSameLogHolds() {
        // When
        load(A, "e1", 30);
        load(A, "e1", 20);
        load(B, "e0", 40);

        // Then
        assertThat(rows.current().upTo(A)).isEqualTo(30);
        assertThat(rows.current().upTo(B)).isZero();
    }

    @Test
    void rowsThatSayNothingAreObsolete() {
        // When
        load(A, "e1", 30);
        load(A, "e1", 20);
        load(B, "e0", 40);
        load(B, "e1", 10);

        // Then
        assertThat(rows.obsolete()).containsExactlyInAnyOrder(row(A, "e1", 20), row(B, "e0", 40), row(B, "e1", 10));
    }

    @Test
    void aTombstoneTakesItsRowBackAndNoOther() {
        // Given
        load(A, "e1", 20);
        load(A, "e1", 30);

        // When
        rows.load(new ConsumerRecord<>(
                Topics.REMOVAL_STATE, 0, 3, row(A, "e1", 20).key(), null));
        rows.load(new ConsumerRecord<>(Topics.REMOVAL_STATE, 0, 4, "junk".getBytes(StandardCharsets.UTF_8), null));

        // Then
        assertThat(rows.current().upTo(A)).isEqualTo(30);
        assertThat(rows.obsolete()).isEmpty();
    }

    private void load(Channel channel, String epoch, long offset) {
        var key = row(channel, epoch, offset).key();
        rows.load(new ConsumerRecord<>(Topics.REMOVAL_STATE, 0, 0, key, Removal.value()));
    }

    private static Removal row(Channel channel, String epoch, long offset) {
        return new Removal(channel, new Position(epoch, offset));
    }
}
