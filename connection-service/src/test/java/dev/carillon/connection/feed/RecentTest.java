package dev.carillon.connection.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentTest {

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        // Given
        var recent = new Recent(2, 1 << 20);
        recent.restart(3);

        // When
        LongStream.of(5, 8, 9).forEach(offset -> recent.add(publication(offset, 1)));

        // Then
        assertThat(recent.floor()).isEqualTo(5);
        assertThat(offsets(recent.after(5))).containsExactly(8L, 9L);
        assertThat(offsets(recent.after(8))).containsExactly(9L);
        assertThat(recent.after(9)).isEmpty();
    }

    @Test
    void forgetsTheOldestWhenTheyAreTooLarge() {
        // Given
        var recent = new Recent(100, 10_000);
        recent.restart(0);

        // When
        LongStream.of(1, 2, 3).forEach(offset -> recent.add(publication(offset, 1_500)));

        // Then
        assertThat(recent.floor()).isEqualTo(2);
    }

    @Test
    void takesOlderOnesAsLongAsThereIsRoom() {
        // Given
        var recent = new Recent(3, 1 << 20);
        recent.restart(10);
        recent.add(publication(12, 1));

        // When
        recent.addOlder(2, List.of(publication(3, 1), publication(5, 1), publication(9, 1)));

        // Then
        assertThat(recent.floor()).isEqualTo(3);
        assertThat(offsets(recent.after(3))).containsExactly(5L, 9L, 12L);
    }

    @Test
    void knowsThatNothingCameBeforeTheOlderOnes() {
        // Given
        var recent = new Recent(3, 1 << 20);
        recent.restart(10);

        // When
        recent.addOlder(2, List.of(publication(9, 1)));

        // Then
        assertThat(recent.floor()).isEqualTo(2);
    }

    private static List<Long> offsets(List<Publication> publications) {
        return publications.stream().map(Publication::offset).toList();
    }

    private static Publication publication(long offset, int size) {
        return new Publication(new LogEntry(
                offset,
                new Event(
                        new Event.Id("id"),
                        Event.DEFAULT_TYPE,
                        Event.DEFAULT_SOURCE,
                        Instant.EPOCH,
                        new Channel("bells"),
                        "",
                        ByteString.copyFrom(new byte[size]),
                        Map.of(),
                        null)));
    }
}
