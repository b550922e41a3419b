package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import dev.carillon.testkit.InVmKafka;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What clients and readers see of a past that was removed, and of events that were never to be kept.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class RemovedHistoryIT {

    private static final HttpProbe HTTP = new HttpProbe();

    private static @Nullable TestOwner running;

    private final String channel = "removed:" + UUID.randomUUID();

    @BeforeAll
    static void own() {
        running = TestOwner.start(InVmKafka.sharedBootstrapServers()).awaitReady();
    }

    @AfterAll
    static void disown() {
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void awaitReady() {
        Ready.await(HTTP);
    }

    @Test
    void aRemovedPastIsToldToNobodyAndWhoListensGoesOn() {
        try (var listener = RawClient.connected();
                var late = RawClient.connected();
                var seenAll = RawClient.connected()) {
            // Given
            var epoch = listener.subscribe(channel).position().epoch();
            long first = publish(1);
            publish(2);
            long last = publish(3);
            awaitData(listener, "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");

            // When
            remove();
            awaitEmptyPast();

            // Then
            var afterFirst = recover(late, new StreamPosition(first, epoch));
            assertThat(afterFirst.wasRecovering()).isTrue();
            assertThat(afterFirst.recovered()).isFalse();
            assertThat(afterFirst.publications()).isEmpty();
            var afterLast = recover(seenAll, new StreamPosition(last, epoch));
            assertThat(afterLast.recovered()).isTrue();
            assertThat(afterLast.publications()).isEmpty();

            // And
            long next = publish(4);
            awaitData(listener, "{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}");
            awaitData(late, "{\"n\":4}");
            awaitData(seenAll, "{\"n\":4}");
            assertThat(listener.changes(channel)).isEmpty();
            assertThat(listener.publications(channel).getLast().offset()).isEqualTo(next);
            assertThat(page("reverse=true").path("items")).hasSize(1);
        }
    }

    @Test
    void aRemovalThatALostMessageToldOfIsFoundAllTheSame() {
        try (var listener = RawClient.connected()) {
            // Given
            var epoch = listener.subscribe(channel).position().epoch();
            long first = publish(1);
            publish(2);
            awaitData(listener, "{\"n\":1}", "{\"n\":2}");

            // When
            owner().loseNext(new Channel(channel), 1);
            remove();

            // Then
            patiently().untilAsserted(() -> {
                try (var late = RawClient.connected()) {
                    assertThat(recover(late, new StreamPosition(first, epoch)).recovered())
                            .isFalse();
                }
            });
            publish(3);
            awaitData(listener, "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            assertThat(listener.changes(channel)).isEmpty();
        }
    }

    @Test
    void removingIsPossibleOverTheServerApiAndAgain() {
        // Given
        publish(1);

        // When
        var done = api("history_remove", "{\"channel\":\"" + channel + "\"}");
        var again = api("history_remove", "{\"channel\":\"" + channel + "\"}");
        var never = api("history_remove", "{\"channel\":\"never:used\"}");
        var unnamed = api("history_remove", "{}");

        // Then
        assertThat(List.of(done, again, never))
                .allMatch(answer -> answer.path("result").isObject());
        assertThat(unnamed.at("/error/code").asInt()).isEqualTo(107);
        awaitEmptyPast();
    }

    @Test
    void anEventThatIsNotKeptIsDeliveredLiveAndNeverAgain() {
        try (var listener = RawClient.connected();
                var late = RawClient.connected();
                var later = RawClient.connected()) {
            // Given
            var epoch = listener.subscribe(channel).position().epoch();
            long first = publish(1);

            // When
            var skipped =
                    api("publish", "{\"channel\":\"%s\",\"data\":{\"n\":2},\"skip_history\":true}".formatted(channel));
            api("broadcast", "{\"channels\":[\"%s\"],\"data\":{\"n\":3},\"skip_history\":true}".formatted(channel));
            HTTP.post(HttpProbe.events(channel), "{\"n\":4}", "Carillon-History", "skip");
            publish(5);

            // Then
            awaitData(listener, "{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}", "{\"n\":5}");
            patiently().untilAsserted(() -> assertThat(page("").path("items")).hasSize(2));
            assertThat(page("").path("complete").asBoolean()).isTrue();
            var missed = recover(late, new StreamPosition(first, epoch));
            assertThat(missed.recovered()).isTrue();
            assertThat(texts(missed)).containsExactly("{\"n\":5}");
            // A position of an event that was not kept is as good as any other.
            var at = new StreamPosition(skipped.at("/result/offset").asLong(), epoch);
            var onward = recover(later, at);
            assertThat(onward.recovered()).isTrue();
            assertThat(texts(onward)).containsExactly("{\"n\":5}");
        }
    }

    @Test
    void whoLosesAnEventThatIsNotKeptLosesNothingElse() {
        try (var listener = RawClient.connected()) {
            // Given
            listener.subscribe(channel);
            publish(1);
            awaitData(listener, "{\"n\":1}");

            // When
            owner().loseNext(new Channel(channel), 1);
            HTTP.post(HttpProbe.events(channel), "{\"n\":2}", "Carillon-History", "skip");
            publish(3);

            // Then
            awaitData(listener, "{\"n\":1}", "{\"n\":3}");
            assertThat(listener.changes(channel)).isEmpty();
        }
    }

    @Test
    void refusesWhatElseTheHeaderMaySay() {
        var answer = HTTP.post(HttpProbe.events(channel), "{}", "Carillon-History", "keep");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/errors/0/pointer")).isEqualTo("Carillon-History");
    }

    private void remove() {
        var answer = HTTP.send("DELETE", HttpProbe.events(channel), BodyPublishers.noBody())
                .join();
        assertThat(answer.status()).isEqualTo(204);
    }

    private void awaitEmptyPast() {
        patiently().untilAsserted(() -> assertThat(page("").path("items")).isEmpty());
    }

    private long publish(int number) {
        var position = HTTP.publish(channel, number);
        return Long.parseLong(position.substring(position.indexOf(':') + 1));
    }

    private JsonNode page(String query) {
        return HTTP.get(HttpProbe.events(channel) + "?" + query).json();
    }

    private static JsonNode api(String method, String body) {
        return HTTP.post("/api/" + method, body).json();
    }

    private Result.Subscribe recover(RawClient client, StreamPosition since) {
        return (Result.Subscribe) client.call(Method.Subscribe.to(channel).recovering(since));
    }

    private void awaitData(RawClient client, String... data) {
        patiently().untilAsserted(() -> assertThat(client.data(channel)).containsExactly(data));
    }

    private static List<String> texts(Result.Subscribe result) {
        return result.publications().stream()
                .map(Publication::data)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static TestOwner owner() {
        return Objects.requireNonNull(running);
    }

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofSeconds(60));
    }
}
