package dev.carillon.webhook.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.testkit.HttpReceiver;
import dev.carillon.testkit.HttpReceiver.Answer;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is published about endpoints.
@QuarkusTest
@TestProfile(WebhookProfile.class)
@WithTestResource(InVmKafkaResource.class)
class LifecycleIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final KafkaProbe probe = KafkaProbe.shared();
    private final HttpReceiver receiver = HttpReceiver.start();

    @BeforeEach
    void ready() {
        Api.awaitReady();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void tellsWhatRequestsChange() {
        // Given
        var id = Api.register(Api.operator(), receiver.url("/hook").toString(), ",\"owner\":\"acme\"");
        var path = "/v1/endpoints/" + id;

        // When
        Api.operator().post(path + ":disable").then().statusCode(200);
        Api.operator().post(path + ":disable").then().statusCode(200);
        Api.operator().body("{\"enabled\":true}").patch(path).then().statusCode(200);
        Api.operator().body("{\"description\":\"x\"}").patch(path).then().statusCode(200);
        Api.operator().delete(path).then().statusCode(204);

        // Then
        var events = events(id);
        assertThat(events)
                .extracting(event -> header(event, EventHeaders.TYPE))
                .containsExactly("endpoint.disabled", "endpoint.enabled", "endpoint.deleted");
        assertThat(events)
                .extracting(event -> header(event, EventHeaders.ID))
                .containsExactly(
                        "endpoint-disabled-" + id + "-2",
                        "endpoint-enabled-" + id + "-3",
                        "endpoint-deleted-" + id + "-4");
        assertThat(events).allSatisfy(event -> assertThat(header(event, EventHeaders.IDEMPOTENCY_KEY))
                .isEqualTo(header(event, EventHeaders.ID)));
        assertThat(new String(events.getFirst().value(), UTF_8))
                .isEqualTo("{\"endpoint\":\"" + id
                        + "\",\"owner\":\"acme\",\"reason\":\"manual\",\"enabled\":false,\"revision\":2}");
    }

    @Test
    void tellsWhatTheEngineChanges() {
        // Given
        receiver.answer(_ -> Answer.of(410));
        var id = Api.register(Api.operator(), receiver.url("/gone").toString(), "");

        // When
        Api.deliver(id, "event");

        // Then
        await().atMost(LONG).untilAsserted(() -> assertThat(events(id)).hasSize(1));
        var event = events(id).getFirst();
        assertThat(header(event, EventHeaders.TYPE)).isEqualTo("endpoint.disabled");
        assertThat(new String(event.value(), UTF_8)).contains("\"reason\":\"gone\"", "\"enabled\":false");
    }

    @Test
    void tellsOnceThatAnEndpointFails() {
        // Given
        receiver.answer(_ -> Answer.of(500));
        var id = Api.register(Api.operator(), receiver.url("/failing").toString(), "");

        // When
        IntStream.range(0, 30).forEach(n -> Api.deliver(id, "event-" + n));

        // Then
        await().atMost(LONG).untilAsserted(() -> assertThat(events(id)).isNotEmpty());
        assertThat(events(id))
                .extracting(event -> header(event, EventHeaders.TYPE))
                .containsExactly("endpoint.failing");
    }

    private List<ConsumerRecord<byte[], byte[]>> events(String id) {
        return probe.read(Topics.EVENT_PUBLISHED).stream()
                .filter(record ->
                        record.key() != null && new String(record.key(), UTF_8).equals("carillon:endpoint." + id))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventRecords.text(record.headers(), name, "");
    }
}
