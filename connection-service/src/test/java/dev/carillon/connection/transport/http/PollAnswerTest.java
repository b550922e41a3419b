package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.feed.Publication;
import dev.carillon.connection.transport.http.PollAnswer.Found;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Position;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PollAnswerTest {

    private static final long PLENTY = 1 << 20;

    @Test
    void positionsCoverExactlyWhatIsReturned() throws IOException {
        // Given
        var busy = found("busy", 10, 11, 12, 13, 14);
        var other = found("other", 20, 21);

        // When
        var answer = answer(List.of(busy, other), 3, PLENTY);

        // Then
        assertThat(offsets(answer)).containsExactly(11L, 21L, 12L);
        assertThat(offset(answer, "busy")).isEqualTo(12);
        assertThat(offset(answer, "other")).isEqualTo(21);
    }

    @Test
    void goesToTheTopWhenNothingIsLeftOut() throws IOException {
        // Given
        var found = found("a", 10, 11);
        found.seen(new Position("e", 30));

        // When
        var answer = answer(List.of(found), 100, PLENTY);

        // Then
        assertThat(offset(answer, "a")).isEqualTo(30);
        assertThat(answer.has("gaps")).isFalse();
    }

    @Test
    void staysWhereItWasWithoutRoomForTheChannel() throws IOException {
        // Given
        var first = found("first", 1, 2);
        var second = found("second", 5, 6);

        // When
        var answer = answer(List.of(first, second), 1, PLENTY);

        // Then
        assertThat(offset(answer, "second")).isEqualTo(5);
    }

    @Test
    void returnsOneEventHoweverBig() throws IOException {
        var answer = answer(List.of(found("a", 0, 1, 2)), 100, 1);

        assertThat(offsets(answer)).containsExactly(1L);
        assertThat(offset(answer, "a")).isEqualTo(1);
    }

    @Test
    void namesChannelsThatLostSomething() throws IOException {
        // Given
        var lost = new Found(new Channel("lost"), new Position("old", 3));
        lost.gap(new Position("e", 40));
        var fine = found("fine", 7);

        // When
        var answer = answer(List.of(lost, fine), 10, PLENTY);

        // Then
        assertThat(answer.path("gaps").toString()).isEqualTo("[\"lost\"]");
        assertThat(answer.at("/channels/lost/epoch").asText()).isEqualTo("e");
        assertThat(offset(answer, "lost")).isEqualTo(40);
        assertThat(answer.path("items")).isEmpty();
    }

    @Test
    void keepsAGapForLaterThatItDidNotComeTo() throws IOException {
        // Given
        var found = found("a", 0, 1, 2);
        found.gap(new Position("e", 9));

        // When
        var answer = answer(List.of(found), 1, PLENTY);

        // Then
        assertThat(offset(answer, "a")).isEqualTo(1);
        assertThat(answer.has("gaps")).isFalse();
    }

    private static Found found(String channel, long from, long... offsets) {
        var found = new Found(new Channel(channel), new Position("e", from));
        for (long offset : offsets) {
            var event = new Event(
                    new Event.Id("id" + offset),
                    "t",
                    "/s",
                    Instant.EPOCH,
                    new Channel(channel),
                    MediaTypes.JSON,
                    ByteString.copyFromUtf8("{\"n\":1}"),
                    Map.of(),
                    null);
            found.event(new Position("e", offset), new Publication(new LogEntry(offset, event)));
        }
        return found;
    }

    private static JsonNode answer(List<Found> found, int limit, long maxBytes) throws IOException {
        return Json.MAPPER.readTree(PollAnswer.of(found, limit, maxBytes, null));
    }

    private static List<Long> offsets(JsonNode answer) {
        return answer.path("items")
                .valueStream()
                .map(item -> item.path("offset").asLong())
                .toList();
    }

    private static long offset(JsonNode answer, String channel) {
        return answer.path("channels").path(channel).path("offset").asLong(-1);
    }
}
