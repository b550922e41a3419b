package dev.carillon.fanout.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointIndexTest {

    private final EndpointIndex index = new EndpointIndex(3);

    @Test
    void findsNamesAndBeginnings() {
        // Given
        index.put("exact", List.of("orders:1"), List.of());
        index.put("beginning", List.of("orders:*"), List.of());
        index.put("all", List.of("*"), List.of());
        index.put("other", List.of("order"), List.of());

        // When
        var found = ids("orders:1");

        // Then
        assertThat(found).containsExactlyInAnyOrder("exact", "beginning", "all");
    }

    @Test
    void findsAnEndpointOnceHoweverManyPatternsMatch() {
        // Given
        index.put("e", List.of("*", "a*", "ab*", "abc"), List.of());

        // Then
        assertThat(ids("abc")).containsExactly("e");
    }

    @Test
    void leavesOutWhatIsUnverifiedOrDeleted() {
        // Given
        index.changed(row("new", "{\"channels\":[\"*\"],\"standing\":\"UNVERIFIED\"}"));
        index.changed(row("gone", "{\"channels\":[\"*\"],\"enabled\":true}"));
        index.changed(row("on", "{\"channels\":[\"*\"],\"types\":[\"paid\"],\"enabled\":true,\"unknown\":{}}"));

        // When
        index.changed(row("gone", null));

        // Then
        assertThat(ids("abc", "paid")).containsExactly("on");
        assertThat(ids("abc", "sent")).isEmpty();
    }

    @Test
    void keepsForLaterWhatIsDisabledOrMustBeVerifiedAgain() {
        // Given
        index.changed(row("off", "{\"channels\":[\"*\"],\"enabled\":false}"));
        index.changed(row("moved", "{\"channels\":[\"*\"],\"standing\":\"LAPSED\"}"));

        // Then
        assertThat(ids("abc")).containsExactlyInAnyOrder("off", "moved");
    }

    @Test
    void keepsTheOldRowWhenTheNewOneCannotBeRead() {
        // Given
        index.changed(row("e", "{\"channels\":[\"a\"]}"));

        // When
        assertThatThrownBy(() -> index.changed(row("e", "{\"channels\":[\"a*b*\"]}")))
                .isInstanceOf(IllegalArgumentException.class);

        // Then
        assertThat(ids("a")).containsExactly("e");
    }

    @Test
    void aChangeIsSeenByChannelsThatLookedBefore() {
        // Given
        var channel = new ChannelMemory(new Channel("a"), 0);
        assertThat(channel.targets(index, "t")).isEmpty();

        // When
        index.put("e", List.of("a"), List.of());

        // Then
        assertThat(channel.targets(index, "t"))
                .extracting(EndpointIndex.Target::id)
                .containsExactly("e");
    }

    @Test
    void aChangeOfTypesIsSeenByChannelsThatLookedBefore() {
        // Given
        var channel = new ChannelMemory(new Channel("a"), 0);
        index.put("e", List.of("a", "*"), List.of());
        assertThat(channel.targets(index, "t")).hasSize(1);

        // When
        index.put("e", List.of("*"), List.of("u", "v"));

        // Then
        assertThat(channel.targets(index, "t")).isEmpty();
        assertThat(channel.targets(index, "v")).hasSize(1);
    }

    @Test
    void whatCarillonPublishesGoesToThoseThatAskForItByName() {
        // Given
        index.put("all", List.of("*"), List.of());
        index.put("some", List.of("car*"), List.of());
        index.put("lifecycle", List.of("carillon:*"), List.of());
        index.put("named", List.of("carillon:endpoint.ep1"), List.of());
        index.put("ep1", List.of("carillon:endpoint.*"), List.of());

        // When, Then
        assertThat(ids("carillon:connections")).containsExactly("lifecycle");
        assertThat(ids("carillonette")).containsExactlyInAnyOrder("all", "some");
        var channel = new ChannelMemory(new Channel("carillon:endpoint.ep1"), 0);
        assertThat(channel.targets(index, "t"))
                .extracting(EndpointIndex.Target::id)
                .containsExactlyInAnyOrder("lifecycle", "named");
    }

    /// Counted, not timed: what an event costs is the same with any number of endpoints. Only that it is done
    /// at all shows that no endpoint costs more the more there are.
    @Test
    void whatAnEventCostsDoesNotGrowWithTheNumberOfEndpoints() {
        // Given
        var channel = "orders:4711";
        index.put("exact", List.of(channel), List.of());
        index.put("beginning", List.of("orders:*"), List.of());
        index.put("typed", List.of("*"), List.of("wanted"));
        int alone = index.walk(channel, _ -> {});

        // When
        for (int i = 0; i < 100_000; i++) {
            switch (i % 4) {
                case 0 -> index.put("e" + i, List.of("orders:4711" + i), List.of());
                case 1 -> index.put("e" + i, List.of("orders:4" + i + "*"), List.of());
                case 2 -> index.put("e" + i, List.of("*"), List.of("type" + i));
                default -> index.put("e" + i, List.of("other:*"), List.of("wanted"));
            }
        }

        // Then
        assertThat(ids(channel, "wanted")).containsExactlyInAnyOrder("exact", "beginning", "typed");
        assertThat(ids(channel, "type2")).containsExactlyInAnyOrder("exact", "beginning", "e2");
        assertThat(alone).isLessThanOrEqualTo(channel.length() + 2);
        assertThat(index.walk(channel, _ -> {})).isLessThanOrEqualTo(channel.length() + 2);
    }

    @Property
    void agreesWithAScan(@ForAll long seed) {
        // Given
        var random = new Random(seed);
        var endpoints = new HashMap<String, List<String>>();
        var fresh = new EndpointIndex(3);
        for (int i = 0; i < 60; i++) {
            var id = "e" + random.nextInt(12);
            if (random.nextInt(5) == 0) {
                endpoints.remove(id);
                fresh.remove(id);
            } else {
                var patterns = List.of(pattern(random), pattern(random));
                endpoints.put(id, patterns);
                fresh.put(id, patterns, List.of());
            }
        }

        for (int i = 0; i < 30; i++) {
            // When
            var channel = new Channel(name(random, 1));

            // Then
            assertThat(EndpointIndex.wanting(fresh.places(channel), "t").stream()
                            .map(EndpointIndex.Target::id))
                    .containsExactlyInAnyOrderElementsOf(scan(endpoints, channel));
        }
    }

    private static List<String> scan(Map<String, List<String>> endpoints, Channel channel) {
        return endpoints.entrySet().stream()
                .filter(endpoint ->
                        endpoint.getValue().stream().anyMatch(text -> new ChannelPattern(text).matches(channel)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String pattern(Random random) {
        return random.nextBoolean() ? name(random, 1) : name(random, 0) + "*";
    }

    private static String name(Random random, int least) {
        var name = new StringBuilder();
        int length = least + random.nextInt(5);
        for (int i = 0; i < length; i++) {
            name.append("ab:".charAt(random.nextInt(3)));
        }
        return name.toString();
    }

    private List<String> ids(String channel) {
        return ids(channel, "t");
    }

    private List<String> ids(String channel, String type) {
        return EndpointIndex.wanting(index.places(new Channel(channel)), type).stream()
                .map(EndpointIndex.Target::id)
                .toList();
    }

    private static ConsumerRecord<byte[], byte[]> row(String id, @Nullable String json) {
        return new ConsumerRecord<>(
                Topics.ENDPOINT_STATE,
                0,
                0,
                id.getBytes(StandardCharsets.UTF_8),
                json == null ? null : json.getBytes(StandardCharsets.UTF_8));
    }
}
