package dev.carillon.connection.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Topics;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class PublishIT {

    private static final HttpProbe HTTP = new HttpProbe();
    private static final String JSON = "application/json";

    private final String channel = "publish:" + UUID.randomUUID();

    @BeforeAll
    static void waitUntilReady() {
        Ready.await(HTTP);
    }

    @Test
    void acknowledgesWhatTheLogHas() {
        // When
        var answer = HTTP.post(
                HttpProbe.events(channel), "{ \"n\": 1.10 }", "Content-Type", JSON, "Carillon-Tags", "{\"k\":\"v\"}");

        // Then
        assertThat(answer.status()).isEqualTo(202);
        var record = records(channel).getFirst();
        assertThat(new String(record.value(), UTF_8)).isEqualTo("{ \"n\": 1.10 }");
        assertThat(header(record, "ce_id")).isEqualTo(answer.at("/id"));
        assertThat(header(record, "ce_type")).isEqualTo("message");
        assertThat(header(record, "carillon-tags")).isEqualTo("{\"k\":\"v\"}");
        assertThat(answer.json().at("/position/offset").asLong()).isEqualTo(record.offset() + 1);
        assertThat(answer.at("/position/epoch")).hasSize(8);
        assertThat(answer.at("/channel")).isEqualTo(channel);
    }

    @Test
    void takesCloudEventsInBinaryMode() {
        // When
        var answer = HTTP.post(
                HttpProbe.events(channel),
                "plain",
                "Content-Type",
                "text/plain",
                "ce-specversion",
                "1.0",
                "ce-id",
                "my-id",
                "ce-type",
                "caf%C3%A9",
                "ce-source",
                "/shop",
                "ce-time",
                "2026-01-01T00:00:00Z");

        // Then
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.at("/id")).isEqualTo("my-id");
        var record = records(channel).getFirst();
        assertThat(header(record, "ce_type")).isEqualTo("café");
        assertThat(header(record, "ce_time")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(header(record, "content-type")).isEqualTo("text/plain");
    }

    @Test
    void takesCloudEventsInStructuredMode() {
        var answer = HTTP.post(
                HttpProbe.events(channel),
                "{\"specversion\":\"1.0\",\"id\":\"s\",\"source\":\"/s\",\"type\":\"t\",\"data\":[1]}",
                "Content-Type",
                "application/cloudevents+json");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(new String(records(channel).getFirst().value(), UTF_8)).isEqualTo("[1]");
    }

    @Test
    void keepsTheOrderOfABatch() {
        // Given
        var ids = IntStream.range(0, 200).mapToObj(i -> "id-" + i).toList();
        var body = ids.stream().map(id -> "{\"id\":\"" + id + "\",\"data\":1}").toList();

        // When
        var answer = HTTP.post(
                HttpProbe.events(channel), body.toString(), "Content-Type", "application/cloudevents-batch+json");

        // Then
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("items").valueStream().map(item -> item.path("id")
                        .asText()))
                .isEqualTo(ids);
        assertThat(records(channel))
                .extracting(record -> header(record, "ce_id"))
                .isEqualTo(ids);
    }

    @Test
    void answersARepeatLikeTheFirst() {
        // When
        var repeats = IntStream.range(0, 8)
                .mapToObj(_ -> HTTP.postLater(
                        HttpProbe.events(channel), "{}", "Content-Type", JSON, "Idempotency-Key", "order-1"))
                .toList();

        // Then
        var bodies = repeats.stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.response().body())
                .distinct();
        assertThat(bodies).hasSize(1);
        assertThat(records(channel)).hasSize(1);
        assertThat(header(records(channel).getFirst(), "carillon-idempotency-key"))
                .isEqualTo("order-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "a+b", "a?b", "a%b", "a:b:c", "#a", "~", "a;b=c", "x&y"})
    void takesEveryNameThatIsOne(String suffix) {
        var name = suffix + channel;

        var answer = HTTP.post(HttpProbe.events(name), "{}", "Content-Type", JSON);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.at("/channel")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%C3%A9", "%0A", "%7F"})
    void refusesOtherNames(String path) {
        var answer = HTTP.post("/v1/channels/" + path + "/events", "{}", "Content-Type", JSON);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.at("/type")).isEqualTo("/problems/invalid-channel");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThat(HTTP.post(HttpProbe.events("x".repeat(255)), "1", "Content-Type", JSON)
                        .status())
                .isEqualTo(202);
        assertThat(HTTP.post(HttpProbe.events("x".repeat(256)), "1", "Content-Type", JSON)
                        .at("/detail"))
                .contains("255");
    }

    @Test
    void keepsTheReservedNamespaceToItself() {
        var answer = HTTP.post(HttpProbe.events("carillon:x"), "{}", "Content-Type", JSON);

        assertThat(answer.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type|application/json|not JSON",
                "ce-time|yesterday|attributes",
                "ce-id|%0A|attributes",
                "ce-specversion|0.3|attributes",
                "Carillon-Tags|[]|tags"
            })
    void saysWhatIsWrong(String header, String value, String detail) {
        var answer = HTTP.post(HttpProbe.events(channel), "{", header, value);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/detail")).contains(detail);
        assertThat(records(channel)).isEmpty();
    }

    @Test
    void refusesKeysThatAreTooLong() {
        var answer = HTTP.post(HttpProbe.events(channel), "{}", "Idempotency-Key", "k".repeat(256));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/errors/0/pointer")).isEqualTo("Idempotency-Key");
    }

    @Test
    void refusesDataThatIsTooLarge() {
        var fits = HTTP.post(HttpProbe.events(channel), "x".repeat(64 * 1024), "Content-Type", "text/plain");
        var tooLarge = HTTP.post(HttpProbe.events(channel), "x".repeat(64 * 1024 + 1), "Content-Type", "text/plain");
        var farTooLarge = HTTP.post(HttpProbe.events(channel), "x".repeat(5 << 20), "Content-Type", "text/plain");

        assertThat(fits.status()).isEqualTo(202);
        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(tooLarge.at("/type")).isEqualTo("/problems/too-large");
        assertThat(farTooLarge.status()).isEqualTo(413);
    }

    @Test
    void publishesToSeveralChannelsAtOnceAndOnlyOncePerKey() {
        var path = "/v1/events?channel=" + HttpProbe.encode(channel) + "&channel=" + HttpProbe.encode(channel + "2");

        var first = HTTP.post(path, "{\"n\":1}", "Idempotency-Key", "b", "ce-type", "sale");
        var again = HTTP.post(path, "{\"n\":1}", "Idempotency-Key", "b", "ce-type", "sale");

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.json().path("items").findValuesAsText("channel")).containsExactly(channel, channel + "2");
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(records(channel)).hasSize(1);
        assertThat(records(channel + "2")).singleElement().satisfies(record -> assertThat(header(record, "ce_type"))
                .isEqualTo("sale"));
        assertThat(HTTP.post("/v1/events", "{}").status()).isEqualTo(400);
    }

    @Test
    void answersOtherMethodsWithAProblem() {
        var answer = HTTP.send("PUT", HttpProbe.events(channel), BodyPublishers.noBody())
                .join();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.at("/type")).isEqualTo("/problems/method-not-allowed");
    }

    @Test
    void takesEventsWithoutData() {
        assertThat(HTTP.post(HttpProbe.events(channel), "", "ce-type", "ping").status())
                .isEqualTo(202);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String channel) {
        return KafkaProbe.shared().read(Topics.EVENT_PUBLISHED).stream()
                .filter(record -> new String(record.key(), UTF_8).equals(channel))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
