package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Namespace.Recovery;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What subscriptions come to in namespaces of all kinds: filters, recovery, positions.
class TermsTest {

    private static final FilterNode EU = FilterNode.leaf("region", "eq", "eu");
    private static final Map<String, String> IN_EU = Map.of("region", "eu");
    private static final Map<String, String> IN_US = Map.of("region", "us");

    private final SessionWorld world = new SessionWorld()
            .with(TestNamespace.named("cache").recovering(Recovery.CACHE).make())
            .with(TestNamespace.named("off").recovering(Recovery.OFF).make())
            .with(TestNamespace.named("watched")
                    .recovering(Recovery.OFF)
                    .withPositioning()
                    .make())
            .with(TestNamespace.named("now").asEphemeral().make())
            .with(TestNamespace.named("unfiltered").withTagsFilter(false).make());
    private final ModelClient client = world.client(JsonCodec.INSTANCE).connect("");

    @Test
    void deliversOnlyWhatAFilterLetsThrough() {
        // Given
        client.call(Requested.of("a").filter(EU).make());

        // When
        world.publish("a", "1", IN_US);
        world.publish("a", "2", IN_EU);
        world.publish("a", "3", Map.of());
        world.run();

        // Then
        assertThat(client.data("a")).containsExactly("2");
    }

    @Test
    void filtersByTheTagsThatEveryPublicationHas() {
        client.call(Requested.of("a")
                .filter(FilterNode.inner(
                        "and",
                        List.of(FilterNode.leaf("ce_type", "eq", "rung"), FilterNode.leaf("ce_id", "sw", "id-"))))
                .make());

        world.publish("a", "1", IN_US);
        world.run();

        assertThat(client.data("a")).containsExactly("1");
    }

    @Test
    void filtersWhatIsRecoveredAndMovesThePositionOn() {
        // Given
        var since = new StreamPosition(world.publish("a", "0", IN_EU), SessionWorld.EPOCH);
        world.publish("a", "1", IN_US);
        var request = Requested.of("a").filter(EU).make().recovering(since);

        // When
        var onlyOthers = (Result.Subscribe) client.call(request);
        client.call(new Method.Unsubscribe("a"));
        world.publish("a", "2", IN_EU);
        var some = (Result.Subscribe) client.call(request);

        // Then
        assertThat(onlyOthers.recovered()).isTrue();
        assertThat(onlyOthers.publications()).isEmpty();
        assertThat(onlyOthers.position().offset()).isEqualTo(since.offset() + 3);
        assertThat(some.recovered()).isTrue();
        assertThat(texts(some)).containsExactly("2");
        assertThat(some.position()).isEqualTo(since);
    }

    @Test
    void countsOnlyWhatPassesTheFilterAgainstTheMostThatMayBeRecovered() {
        IntStream.range(0, 400).forEach(n -> world.publish("a", Integer.toString(n), n % 2 == 0 ? IN_EU : IN_US));
        var since = new StreamPosition(0, SessionWorld.EPOCH);

        var all = (Result.Subscribe) client.call(Method.Subscribe.to("a").recovering(since));
        client.call(new Method.Unsubscribe("a"));
        var half = (Result.Subscribe)
                client.call(Requested.of("a").filter(EU).make().recovering(since));

        assertThat(all.recovered()).isFalse();
        assertThat(half.recovered()).isTrue();
        assertThat(half.publications()).hasSize(200);
    }

    @Test
    void refusesFiltersThatMakeNoSenseOrAreForbidden() {
        assertThat(client.refused(
                        Requested.of("a").filter(FilterNode.leaf("", "eq", "")).make()))
                .isEqualTo(107);
        assertThat(client.refused(Requested.of("unfiltered:a").filter(EU).make()))
                .isEqualTo(107);
        assertThat(client.refused(Requested.of("a").filter(EU).delta("fossil").make()))
                .isEqualTo(107);
        assertThat(client.call(Method.Subscribe.to("a"))).isInstanceOf(Result.Subscribe.class);
    }

    @Test
    void givesTheNewestPublicationOfACacheToWhoeverHasAnother() {
        // Given
        world.publish("cache:a", "1", Map.of());
        long newest = world.publish("cache:a", "2", Map.of());

        // When
        var foreign = recover("cache:a", new StreamPosition(7, "another"));
        var behind = recover("cache:a", new StreamPosition(0, SessionWorld.EPOCH));
        var there = recover("cache:a", new StreamPosition(newest, SessionWorld.EPOCH));
        var nothing = recover("cache:b", new StreamPosition(7, "another"));

        // Then
        assertThat(texts(foreign)).containsExactly("2");
        assertThat(foreign.recovered()).isTrue();
        assertThat(foreign.recoverable()).isTrue();
        assertThat(texts(behind)).containsExactly("2");
        assertThat(there.recovered()).isTrue();
        assertThat(there.publications()).isEmpty();
        assertThat(nothing.recovered()).isFalse();
        assertThat(nothing.wasRecovering()).isTrue();
    }

    @Test
    void repeatsNothingThatComesLiveWhileTheNewestIsSought() {
        // Given
        world.publish("cache:a", "1", Map.of());
        world.silent();
        client.send(Method.Subscribe.to("cache:a").recovering(new StreamPosition(1, "another")));
        world.publish("cache:a", "2", Map.of());
        world.run();

        // When
        world.answer();
        world.publish("cache:a", "3", Map.of());
        world.run();

        // Then
        var cached = client.replies().stream()
                .filter(reply -> reply instanceof Reply.Success success && success.id() == 2)
                .map(reply -> (Result.Subscribe) ((Reply.Success) reply).result())
                .findAny()
                .orElseThrow();
        assertThat(texts(cached)).containsExactly("2");
        assertThat(client.data("cache:a")).containsExactly("3");
    }

    @Test
    void leavesWhoGoesWhileTheNewestIsSought() {
        // Given
        world.publish("cache:a", "1", Map.of());
        world.silent();
        client.send(Method.Subscribe.to("cache:a").recovering(new StreamPosition(1, "another")));

        // When
        client.leave();
        world.answer();

        // Then
        assertThat(world.listeners()).isZero();
        assertThat(client.publications("cache:a")).isEmpty();
    }

    @Test
    void saysThatNothingIsRecoveredWhereThereIsNoRecovery() {
        world.publish("off:a", "1", Map.of());

        var result = recover("off:a", new StreamPosition(0, SessionWorld.EPOCH));

        assertThat(result.recoverable()).isFalse();
        assertThat(result.positioned()).isFalse();
        assertThat(result.wasRecovering()).isTrue();
        assertThat(result.recovered()).isFalse();
        assertThat(result.position()).isEqualTo(StreamPosition.NONE);
        var reject = Requested.of("off:a").rejectingUnrecovered().make().recovering(StreamPosition.NONE);
        assertThat(client.refused(reject)).isEqualTo(112);
    }

    @Test
    void positionsWhoAsksAndWhereTheNamespaceSaysSo() {
        var plain = (Result.Subscribe) client.call(Method.Subscribe.to("off:a"));
        var asked = (Result.Subscribe)
                client.call(Requested.of("off:b").asPositioned().make());
        var forced = (Result.Subscribe) client.call(Method.Subscribe.to("watched:a"));
        var ephemeral = (Result.Subscribe)
                client.call(Requested.of("now:a").asPositioned().make());

        assertThat(plain.positioned()).isFalse();
        assertThat(asked.positioned()).isTrue();
        assertThat(asked.recoverable()).isFalse();
        assertThat(asked.position().epoch()).isEqualTo(SessionWorld.EPOCH);
        assertThat(forced.positioned()).isTrue();
        assertThat(ephemeral.positioned()).isFalse();
        assertThat(client.refused(new Method.History("now:a", 10, null, false))).isEqualTo(108);
    }

    @Test
    void endsOnlySubscriptionsThatPromiseNoGap() {
        // Given
        for (var channel : List.of("off:a", "watched:a", "cache:a", "a")) {
            client.call(Method.Subscribe.to(channel));
        }

        // When
        for (var channel : List.of("off:a", "watched:a", "cache:a", "a")) {
            world.lose(channel);
        }
        world.run();

        // Then
        var ended = client.replies().stream()
                .filter(reply -> reply instanceof Push push
                        && push.body().equals(new Push.Unsubscribe(2500, "insufficient state")))
                .map(reply -> ((Push) reply).channel());
        assertThat(ended).containsExactly("watched:a", "cache:a", "a");
        world.publish("off:a", "1", Map.of());
        world.run();
        assertThat(client.data("off:a")).containsExactly("1");
    }

    /// What comes of recovering, each time anew.
    private Result.Subscribe recover(String channel, StreamPosition since) {
        var result = (Result.Subscribe) client.call(Method.Subscribe.to(channel).recovering(since));
        client.call(new Method.Unsubscribe(channel));
        return result;
    }

    private static List<String> texts(Result.Subscribe result) {
        return result.publications().stream()
                .map(Publication::data)
                .map(ByteString::toStringUtf8)
                .toList();
    }
}
