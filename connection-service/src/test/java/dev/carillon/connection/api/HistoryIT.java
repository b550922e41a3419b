package dev.carillon.connection.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.contract.Channel;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.testkit.TestOwner;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
class HistoryIT {

    private static final HttpProbe HTTP = new HttpProbe();
    private static TestOwner owner;

    private final String channel = "history:" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        Ready.await(HTTP);
        owner = TestOwner.start(KafkaProbe.shared().bootstrapServers()).awaitReady();
    }

    @AfterAll
    static void stop() {
        owner.close();
    }

    @Test
    void comesInPagesThatMissNothing() {
        // Given
        publish(25);

        // When
        var seen = new ArrayList<Integer>();
        var page = page("limit=10");
        int pages = 1;
        seen.addAll(numbers(page));
        while (page.has("next")) {
            page = page("limit=10&after=" + page.path("next").asText());
            seen.addAll(numbers(page));
            pages++;
        }

        // Then
        assertThat(seen).isEqualTo(IntStream.range(0, 25).boxed().toList());
        assertThat(pages).isEqualTo(3);
        assertThat(page.path("complete").asBoolean()).isTrue();
    }

    @Test
    void comesNewestFirstInReverse() {
        publish(5);

        assertThat(numbers(page("reverse=true&limit=3"))).containsExactly(4, 3, 2);
    }

    @Test
    void beginsWithATime() {
        // Given
        publish(2);
        var all = page("").path("items");
        await().until(() -> Instant.now().toEpochMilli()
                > Instant.parse(all.get(1).path("time").asText()).toEpochMilli() + 5);
        var between = Instant.now();
        publish(3);

        // When
        var page = page("since=" + between + "&limit=2");
        var rest = page("limit=2&after=" + page.path("next").asText());
        var zoned = page("since="
                + HttpProbe.encode(between.atOffset(ZoneOffset.ofHours(2)).toString()));
        var none = page("since=" + Instant.now().plusSeconds(3600));

        // Then
        assertThat(numbers(page)).containsExactly(0, 1);
        assertThat(numbers(rest)).containsExactly(2);
        assertThat(numbers(zoned)).containsExactly(0, 1, 2);
        assertThat(none.path("items")).isEmpty();
        assertThat(none.path("complete").asBoolean()).isTrue();
    }

    @Test
    void showsWholeEvents() {
        // Given
        HTTP.post(HttpProbe.events(channel), "hi", "Content-Type", "text/plain", "ce-id", "one", "ce-type", "greeting");

        // When
        var item = page("").at("/items/0");

        // Then
        assertThat(item.path("id").asText()).isEqualTo("one");
        assertThat(item.path("type").asText()).isEqualTo("greeting");
        assertThat(item.path("channel").asText()).isEqualTo(channel);
        assertThat(item.path("datacontenttype").asText()).isEqualTo("text/plain");
        assertThat(item.path("data_base64").asText()).isEqualTo("aGk=");
    }

    @Test
    void tellsThePositionOfAnEmptyChannel() {
        var page = page("limit=0");

        assertThat(page.path("items")).isEmpty();
        assertThat(page.at("/position/epoch").asText()).hasSize(8);
        assertThat(page.has("next")).isFalse();
    }

    @Test
    void saysWhenItIsNotComplete() {
        // Given
        var before = HTTP.publish(channel, 0);
        publish(3);
        owner.forget(new Channel(channel));

        // When
        var page = page("after=" + before);
        var otherEpoch = page("after=00000000:1");

        // Then
        assertThat(page.path("complete").asBoolean()).isFalse();
        assertThat(otherEpoch.path("complete").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "epoch:", "epoch:-1", ":", "e:99999999999999999999", "a%20b:1"})
    void refusesBadPositions(String after) {
        var answer = HTTP.get(HttpProbe.events(channel) + "?after=" + after);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/type")).isEqualTo("/problems/invalid-position");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=-1",
                "limit=x",
                "limit=1001",
                "reverse=maybe",
                "since=yesterday",
                "since=%2B99999-01-31T12:00:00Z",
                "since=2026-01-31T12:00:00Z&reverse=1",
                "since=2026-01-31T12:00:00Z&after=e:1"
            })
    void refusesBadParameters(String query) {
        var answer = HTTP.get(HttpProbe.events(channel) + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/errors/0/pointer")).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void saysWhenToAskAgainWithoutAnOwner() {
        // Given
        owner.silent(true);

        // When
        var answer = HTTP.get(HttpProbe.events(channel));
        owner.silent(false);

        // Then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    private void publish(int count) {
        IntStream.range(0, count).forEach(number -> HTTP.publish(channel, number));
    }

    private JsonNode page(String query) {
        var answer = HTTP.get(HttpProbe.events(channel) + "?" + query);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private static List<Integer> numbers(JsonNode page) {
        return page.path("items")
                .valueStream()
                .map(item -> item.at("/data/n").asInt(-1))
                .toList();
    }
}
