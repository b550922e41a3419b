package dev.carillon.webhook.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint.Format;
import dev.carillon.contract.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenderingTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", " [1, 2]\n", "\"text\"", "1.0", "null", "{\"deep\":{\"a\":[{}]}}", "\"\\ud83d\""})
    void embedsJsonByteForByte(String json) {
        assertThat(body(json, "application/json", Format.STANDARD))
                .isEqualTo("{\"type\":\"t\",\"timestamp\":\"1970-01-01T00:00:00Z\",\"data\":" + json + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{}{}", "{} x", "nul", "'a'", "\uFEFF{}", "1,2", "]", "NaN", "\"a\nb\""})
    void doesNotEmbedWhatIsNotOneJsonValue(String text) {
        assertThat(body(text, "application/json", Format.STANDARD)).contains("\"data_base64\":\"");
    }

    @Test
    void doesNotEmbedTextThatSaysItIsNoJson() {
        assertThat(body("1", "text/plain", Format.STANDARD)).contains("\"data_base64\":\"MQ==\"");
        assertThat(body("1", "application/vnd.x+json; charset=utf-8", Format.STANDARD))
                .contains("\"data\":1");
        assertThat(body("1", "", Format.STANDARD)).contains("\"data\":1");
    }

    @Test
    void doesNotEmbedBytesThatAreNoUtf8() {
        var event = event(ByteString.copyFrom(new byte[] {'"', (byte) 0xC3, '"'}), "application/json", "t");

        assertThat(Rendering.of(event, Format.STANDARD).body().toStringUtf8()).contains("\"data_base64\":\"");
    }

    @Test
    void leavesDataOutWhenThereIsNone() {
        assertThat(body("", "", Format.STANDARD)).isEqualTo("{\"type\":\"t\",\"timestamp\":\"1970-01-01T00:00:00Z\"}");
    }

    @Test
    void escapesWhatItQuotes() {
        var event = event(ByteString.EMPTY, "", "a\"b\\c\nd\uD83D\uDE00");

        assertThat(Rendering.of(event, Format.STANDARD).body().toStringUtf8())
                .startsWith("{\"type\":\"a\\\"b\\\\c\\u000ad\\ud83d\\ude00\"");
    }

    @Test
    void percentEncodesCloudEventsHeaders() {
        var headers = Rendering.of(event(ByteString.EMPTY, "", "grün 1%"), Format.CE_BINARY)
                .headers();

        assertThat(headers).containsEntry("ce-type", "gr%C3%BCn%201%25").containsEntry("ce-specversion", "1.0");
    }

    @Test
    void neverSplitsHeaders() {
        var headers = Rendering.of(event(ByteString.EMPTY, "text/plain\r\nX: y", "a\r\nb"), Format.CE_BINARY)
                .headers();

        assertThat(headers.values()).noneMatch(value -> value.contains("\n") || value.contains("\r"));
    }

    @Test
    void readsRetryAfterInBothForms() {
        var now = Instant.parse("2026-01-02T03:04:05Z");

        assertThat(RetryAfter.parse("120", now)).isEqualTo(Duration.ofMinutes(2));
        assertThat(RetryAfter.parse("Fri, 02 Jan 2026 03:05:05 GMT", now)).isEqualTo(Duration.ofMinutes(1));
        assertThat(RetryAfter.parse("Fri, 02 Jan 2026 03:03:05 GMT", now)).isNull();
        assertThat(RetryAfter.parse("99999999999999999999", now)).isGreaterThan(Duration.ofDays(1));
        assertThat(RetryAfter.parse("-5", now)).isNull();
        assertThat(RetryAfter.parse("soon", now)).isNull();
        assertThat(RetryAfter.parse(null, now)).isNull();
    }

    @Test
    void keepsTextOfAnswersOnly() {
        assertThat(BodyText.of("grün\n".getBytes(StandardCharsets.UTF_8))).isEqualTo("grün\n");
        assertThat(BodyText.of(new byte[] {'a', (byte) 0xC3})).isEqualTo("a");
        assertThat(BodyText.of(new byte[] {0, 1, 2})).isEmpty();
        assertThat(BodyText.of(new byte[] {(byte) 0xFF, 'a'})).isEmpty();
    }

    private static String body(String data, String contentType, Format format) {
        return Rendering.of(event(ByteString.copyFromUtf8(data), contentType, "t"), format)
                .body()
                .toStringUtf8();
    }

    private static Event event(ByteString data, String contentType, String type) {
        return new Event(
                new Event.Id("id"), type, "/s", Instant.EPOCH, new Channel("c"), contentType, data, Map.of(), null);
    }
}
