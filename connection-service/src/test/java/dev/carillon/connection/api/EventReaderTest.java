package dev.carillon.connection.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void plainJsonGetsDefaults() {
        var event = one("application/json", "{\"a\": 1}", Map.of());

        assertThat(event.type()).isEqualTo("message");
        assertThat(event.source()).isEqualTo("/carillon");
        assertThat(event.time()).isEqualTo(NOW);
        assertThat(event.id().value()).hasSize(36);
        assertThat(event.data().toStringUtf8()).isEqualTo("{\"a\": 1}");
    }

    @Test
    void binaryModeTakesAttributesFromHeaders() {
        var event = one(
                "text/plain",
                "hello",
                Map.of(
                        "ce-specversion", "1.0",
                        "ce-id", "42",
                        "ce-type", "caf%C3%A9.opened",
                        "ce-source", "\"/a \\\"b\\\"\"",
                        "ce-time", "2026-01-01T01:00:00+01:00",
                        "carillon-tags", "{\"city\":\"Köln\"}"));

        assertThat(event)
                .isEqualTo(new Event(
                        new Event.Id("42"),
                        "café.opened",
                        "/a \"b\"",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        new Channel("c"),
                        "text/plain",
                        ByteString.copyFromUtf8("hello"),
                        Map.of("city", "Köln"),
                        null));
    }

    @Test
    void structuredModeKeepsDataAsItIsWritten() {
        var event = one(
                "application/cloudevents+json; charset=utf-8",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\",\"source\":\"/s\",\"data\":{ \"n\": 1.10, \"e\": 1e400 },\"x\":[1]}",
                Map.of());

        assertThat(event.data().toStringUtf8()).isEqualTo("{ \"n\": 1.10, \"e\": 1e400 }");
        assertThat(event.contentType()).isEqualTo("application/json");
        assertThat(event.source()).isEqualTo("/s");
    }

    @Test
    void structuredModeReadsTextAndBase64() {
        var text = one(
                "application/cloudevents+json",
                "{\"id\":\"1\",\"datacontenttype\":\"text/plain\",\"data\":\"a\\nb\"}",
                Map.of());
        var bytes = one(
                "application/cloudevents+json",
                "{\"id\":\"1\",\"datacontenttype\":\"image/png\",\"data_base64\":\"AAEC\",\"tags\":{\"k\":\"v\"}}",
                Map.of());

        assertThat(text.data().toStringUtf8()).isEqualTo("a\nb");
        assertThat(bytes.data().toByteArray()).containsExactly(0, 1, 2);
        assertThat(bytes.tags()).containsEntry("k", "v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "-1.5", "true", "null", "\"x\"", "[1, 2]", "{}"})
    void structuredModeTakesEveryKindOfData(String data) {
        var event = one("application/cloudevents+json", "{\"data\":" + data + " ,\"id\":\"1\"}", Map.of());

        assertThat(event.data().toStringUtf8()).isEqualTo(data);
        assertThat(event.contentType()).isEqualTo("application/json");
    }

    @Test
    void batchKeepsItsOrder() {
        var content = read(
                "application/cloudevents-batch+json",
                "[{\"id\":\"1\",\"data\":1},{\"id\":\"2\",\"data\":2}]",
                Map.of("carillon-tags", "{\"t\":\"1\"}"));

        assertThat(content).isInstanceOfSatisfying(EventReader.Content.Batch.class, batch -> {
            assertThat(batch.events()).extracting(event -> event.id().value()).containsExactly("1", "2");
            assertThat(batch.events())
                    .allSatisfy(event -> assertThat(event.tags()).hasSize(1));
        });
    }

    @Test
    void whatCurlSendsByItselfIsJsonWhenItIs() {
        assertThat(one("application/x-www-form-urlencoded", "{\"a\":1}", Map.of())
                        .contentType())
                .isEqualTo("application/json");
        assertThat(one("application/x-www-form-urlencoded", "a=1", Map.of()).contentType())
                .isEqualTo("application/x-www-form-urlencoded");
        assertThat(one("", "\"text\"", Map.of()).contentType()).isEqualTo("application/json");
        assertThat(one("", "text", Map.of()).contentType()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "nul", "{\"a\":}"})
    void refusesJsonThatIsNone(String body) {
        assertThat(problem("application/json", body, Map.of())).contains("not JSON");
        assertThat(problem("application/vnd.x+json", body, Map.of())).contains("not JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{\"id\":7}",
                "{\"id\":\"1\"} x",
                "{\"id\":\"1\"}{}",
                "{\"data_base64\":\"?\"}",
                "{\"data\":1,\"data_base64\":\"AA==\"}",
                "{\"specversion\":\"0.3\"}",
                "{\"tags\":{\"a\":1}}",
                "{\"time\":\"now\"}"
            })
    void refusesStructuredEventsThatAreNone(String body) {
        assertThat(problem("application/cloudevents+json", body, Map.of())).contains("/problems/bad-request");
    }

    @Test
    void namesTheFaultyEventOfABatch() {
        var problem =
                problem("application/cloudevents-batch+json", "[{\"id\":\"1\"},{\"time\":\"yesterday\"}]", Map.of());

        assertThat(problem).contains("\"pointer\":\"/1/time\"");
    }

    @Test
    void namesEveryFaultyHeader() {
        var problem = problem("text/plain", "", Map.of("ce-id", "", "ce-type", "x".repeat(300), "ce-time", "noon"));

        assertThat(problem)
                .contains("\"pointer\":\"ce-id\"")
                .contains("\"pointer\":\"ce-type\"")
                .contains("\"pointer\":\"ce-time\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%ff"})
    void refusesBrokenPercentEncoding(String value) {
        assertThat(problem("text/plain", "", Map.of("ce-type", value))).contains("\"pointer\":\"ce-type\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"a\":1}", "x"})
    void refusesOtherTags(String tags) {
        assertThat(problem("text/plain", "", Map.of("carillon-tags", tags))).contains("Carillon-Tags");
    }

    private static EventReader.Content read(String contentType, String body, Map<String, String> headers) {
        var request =
                new EventReader.Request(new Channel("c"), contentType, headers::get, ByteString.copyFromUtf8(body));
        return EventReader.read(request, NOW);
    }

    private static Event one(String contentType, String body, Map<String, String> headers) {
        return List.of(read(contentType, body, headers)).stream()
                .map(EventReader.Content.One.class::cast)
                .toList()
                .getFirst()
                .event();
    }

    private static String problem(String contentType, String body, Map<String, String> headers) {
        return ProblemMapper.toJson(
                catchThrowableOfType(ProblemException.class, () -> read(contentType, body, headers)));
    }
}
