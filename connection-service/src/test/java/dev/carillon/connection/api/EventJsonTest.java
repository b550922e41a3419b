package dev.carillon.connection.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Publisher;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventJsonTest {

    @Test
    void showsJsonAsItIs() {
        assertThat(json("application/json", ByteString.copyFromUtf8("{\n \"n\": 1.10\r\n}"), Map.of(), null))
                .isEqualTo("{\"id\":\"i\",\"type\":\"t\",\"source\":\"/s\",\"time\":\"2026-01-31T12:00:00Z\","
                        + "\"channel\":\"c:d\",\"offset\":7,\"data\":{ \"n\": 1.10}}");
    }

    @Test
    void showsOtherDataInBase64() {
        assertThat(json("text/plain", ByteString.copyFromUtf8("hi"), Map.of(), null))
                .endsWith(",\"datacontenttype\":\"text/plain\",\"data_base64\":\"aGk=\"}");
        assertThat(json("", ByteString.copyFromUtf8("{}"), Map.of(), null)).endsWith(",\"data\":{}}");
    }

    @Test
    void showsWhatOnlyClaimsToBeJsonInBase64() {
        assertThat(json("application/json", ByteString.copyFromUtf8("{\"a\":"), Map.of(), null))
                .contains("\"data_base64\":")
                .doesNotContain("\"data\":");
        assertThat(json("application/json", ByteString.copyFrom(new byte[] {'"', (byte) 0xff, '"'}), Map.of(), null))
                .contains("\"data_base64\":");
    }

    @Test
    void leavesOutWhatIsNotThere() {
        assertThat(json("application/json", ByteString.EMPTY, Map.of(), null)).endsWith("\"offset\":7}");
    }

    @Test
    void showsTagsAndPublisher() {
        var publisher = new Publisher("u", "cl", ByteString.copyFromUtf8("{\"name\":\"x\"}"), ByteString.EMPTY);

        assertThat(json("application/json", ByteString.EMPTY, Map.of("b", "2", "a", "1"), publisher))
                .endsWith("\"tags\":{\"a\":\"1\",\"b\":\"2\"},"
                        + "\"publisher\":{\"user\":\"u\",\"client\":\"cl\",\"info\":{\"name\":\"x\"}}}");
    }

    private static String json(
            String contentType, ByteString data, Map<String, String> tags, @Nullable Publisher publisher) {
        var event = new Event(
                new Event.Id("i"),
                "t",
                "/s",
                Instant.parse("2026-01-31T12:00:00Z"),
                new Channel("c:d"),
                contentType,
                data,
                tags,
                publisher);
        return EventJson.of(new LogEntry(7, event)).toStringUtf8();
    }
}
