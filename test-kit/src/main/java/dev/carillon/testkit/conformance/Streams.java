package dev.carillon.testkit.conformance;

import static dev.carillon.testkit.conformance.Talker.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.FilterNode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import dev.carillon.contract.client.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What subscribers get: in order, whole, filtered, as changes, and after they were away.
final class Streams {

    private static final FilterNode EU = FilterNode.leaf("region", "eq", "eu");

    private Streams() {}

    static Stream<Scenario> scenarios() {
        return Stream.of(
                new Scenario("what one client publishes another one gets", Streams::delivers),
                new Scenario("the reply comes before the first publication", Streams::repliesFirst),
                new Scenario("nothing comes after unsubscribing", Streams::endsWithUnsubscribe),
                new Scenario("who comes back gets exactly what it missed", Streams::recovers),
                new Scenario("who missed nothing recovers nothing", Streams::recoversNothing),
                new Scenario(
                        "who comes from another log is told so",
                        stage -> notRecovered(stage, new StreamPosition(7, "another"))),
                new Scenario("who comes from the future is told so", stage -> {
                    var client = stage.connected();
                    var here = client.subscribe(stage.channel("other")).position();
                    notRecovered(stage, new StreamPosition(here.offset() + 1_000_000, here.epoch()));
                }),
                new Scenario("more than may be recovered is not recovered in part", Streams::tooMuch),
                new Scenario("a position holds over every transport", Streams::movesTransport),
                new Scenario("changes add up to the whole", Streams::patches),
                new Scenario("changes go on from what was recovered", Streams::patchesAfterRecovery),
                new Scenario("a filter passes what it wants alone", Streams::filters),
                new Scenario("a filter holds for what is recovered", Streams::filtersRecovery),
                new Scenario("data that is not JSON reaches Protobuf alone", Streams::binary),
                new Scenario("publications carry tags, time and publisher", Streams::attributes));
    }

    private static void delivers(Stage stage) {
        var channel = stage.channel("news");
        var listener = stage.connected();
        var subscribed = listener.subscribe(channel);
        stage.connected().publish(channel, "{\"n\":1}");
        var publication = listener.awaitPublications(channel, 1).getFirst();
        assertThat(publication.data().toStringUtf8()).isEqualTo("{\"n\":1}");
        assertThat(publication.offset()).isGreaterThan(subscribed.position().offset());
        assertThat(subscribed.recoverable()).isTrue();
        assertThat(subscribed.positioned()).isTrue();
    }

    private static void repliesFirst(Stage stage) {
        var channel = stage.channel("busy");
        var publisher = stage.connected();
        for (int n = 0; n < 20; n++) {
            var client = stage.connected();
            publisher.send(new Method.Publish(channel, ByteString.copyFromUtf8("1"), 0));
            long id = client.send(Method.Subscribe.to(channel));
            publisher.publish(channel, "2");
            client.success(id);
            publisher.publish(channel, "3");
            client.awaitPublications(channel, 1);
            var replies = client.replies();
            int reply = replies.indexOf(client.answer(id));
            int push = IntStream.range(0, replies.size())
                    .filter(at -> replies.get(at) instanceof Push)
                    .findFirst()
                    .orElseThrow();
            assertThat(reply).isLessThan(push);
        }
    }

    private static void endsWithUnsubscribe(Stage stage) {
        var client = stage.connected();
        client.subscribe(stage.channel("quiet"));
        client.subscribe(stage.channel("loud"));
        client.call(new Method.Unsubscribe(stage.channel("quiet")));
        stage.connected().publish(stage.channel("quiet"), "1");
        client.publish(stage.channel("loud"), "1");
        client.awaitPublications(stage.channel("loud"), 1);
        assertThat(client.publications(stage.channel("quiet"))).isEmpty();
    }

    private static void recovers(Stage stage) {
        var channel = stage.channel("away");
        var since = seen(stage, channel);
        var publisher = stage.connected();
        IntStream.rangeClosed(1, 20).forEach(n -> publisher.publish(channel, Integer.toString(n)));
        var client = stage.connected();
        var result = client.subscribe(Method.Subscribe.to(channel).recovering(since));
        publisher.publish(channel, "21");
        assertThat(result.wasRecovering()).isTrue();
        assertThat(result.recovered()).isTrue();
        assertThat(result.position()).isEqualTo(since);
        client.awaitPublications(channel, 21 - result.publications().size());
        var all = new ArrayList<>(texts(result.publications()));
        all.addAll(texts(client.publications(channel)));
        assertThat(all)
                .isEqualTo(
                        IntStream.rangeClosed(1, 21).mapToObj(Integer::toString).toList());
    }

    private static void recoversNothing(Stage stage) {
        var channel = stage.channel("still");
        var since = seen(stage, channel);
        var result = stage.connected().subscribe(Method.Subscribe.to(channel).recovering(since));
        assertThat(result.recovered()).isTrue();
        assertThat(result.publications()).isEmpty();
    }

    private static void notRecovered(Stage stage, StreamPosition since) {
        var channel = stage.channel("lost");
        stage.connected().publish(channel, "1");
        var result = stage.connected().subscribe(Method.Subscribe.to(channel).recovering(since));
        assertThat(result.wasRecovering()).isTrue();
        assertThat(result.recovered()).isFalse();
        assertThat(result.publications()).isEmpty();
    }

    private static void tooMuch(Stage stage) {
        var channel = stage.channel("much");
        var since = seen(stage, channel);
        var publisher = stage.connected();
        publisher.subscribe(channel);
        for (int n = 0; n < 310; n++) {
            publisher.send(new Method.Publish(channel, ByteString.copyFromUtf8(Integer.toString(n)), 0));
            if (n % 100 == 99) {
                publisher.success(publisher.lastId());
            }
        }
        publisher.awaitPublications(channel, 310);
        var result = stage.connected().subscribe(Method.Subscribe.to(channel).recovering(since));
        assertThat(result.recovered()).isFalse();
        assertThat(result.publications()).isEmpty();
    }

    private static void movesTransport(Stage stage) {
        var channel = stage.channel("both");
        var since = seen(stage, channel);
        stage.connected().publish(channel, "{\"missed\":1}");
        for (var other : Pack.TRANSPORTS) {
            var client = stage.open(other).connect();
            var missed = client.recover(Method.Subscribe.to(channel).recovering(since), 1);
            assertThat(texts(missed)).containsExactly("{\"missed\":1}");
        }
    }

    private static void patches(Stage stage) {
        var channel = stage.channel("doc");
        var client = stage.connected();
        var plain = stage.connected();
        plain.subscribe(channel);
        assertThat(client.subscribe(Asked.of(channel).delta("fossil").make()).delta())
                .isTrue();
        var all = publishVersions(stage, channel, 1, 10);
        var publications = client.awaitPublications(channel, 10);
        assertThat(publications.getFirst().delta()).isFalse();
        assertThat(publications.subList(1, 10)).allMatch(Publication::delta);
        assertThat(client.patched(publications)).isEqualTo(all);
        assertThat(texts(plain.awaitPublications(channel, 10))).isEqualTo(all);
        int whole = all.getLast().length();
        assertThat(publications.getLast().data().size()).isLessThan(whole / 4);
    }

    private static void patchesAfterRecovery(Stage stage) {
        var channel = stage.channel("doc");
        var since = seen(stage, channel);
        var all = new ArrayList<>(publishVersions(stage, channel, 1, 5));
        var client = stage.connected();
        var missed = client.recover(Asked.of(channel).delta("fossil").make().recovering(since), 5);
        assertThat(missed).hasSize(5);
        int live = client.publications(channel).size();
        all.addAll(publishVersions(stage, channel, 6, 5));
        client.awaitPublications(channel, live + 5);
        var got = new ArrayList<>(missed);
        got.addAll(client.publications(channel).subList(live, live + 5));
        assertThat(got.getFirst().delta()).isFalse();
        assertThat(got.subList(1, 10)).allMatch(Publication::delta);
        assertThat(client.patched(got)).isEqualTo(all);
    }

    private static void filters(Stage stage) {
        var channel = stage.channel("tagged");
        var client = stage.connected();
        client.subscribe(Asked.of(channel).filter(EU).make());
        publishTagged(stage, channel, "1", "us");
        publishTagged(stage, channel, "2", "eu");
        publishTagged(stage, channel, "3", "us");
        publishTagged(stage, channel, "4", "eu");
        assertThat(texts(client.awaitPublications(channel, 2))).containsExactly("2", "4");
    }

    private static void filtersRecovery(Stage stage) {
        var channel = stage.channel("tagged");
        var since = seen(stage, channel);
        publishTagged(stage, channel, "1", "eu");
        publishTagged(stage, channel, "2", "us");
        publishTagged(stage, channel, "3", "eu");
        var missed =
                stage.connected().recover(Asked.of(channel).filter(EU).make().recovering(since), 2);
        assertThat(texts(missed)).containsExactly("1", "3");
    }

    private static void binary(Stage stage) {
        var channel = stage.channel("bytes");
        var client = stage.connected();
        client.subscribe(channel);
        stage.kafka()
                .produce(new ProducerRecord<>(
                        Topics.EVENT_PUBLISHED, channel.getBytes(StandardCharsets.US_ASCII), new byte[] {1, 2, -1}));
        if (client.codec() == JsonCodec.INSTANCE) {
            assertThat(client.closed()).isEqualTo(3506);
        } else {
            assertThat(client.awaitPublications(channel, 1).getFirst().data())
                    .isEqualTo(ByteString.copyFrom(new byte[] {1, 2, -1}));
        }
    }

    private static void attributes(Stage stage) {
        var channel = stage.channel("who");
        var client = stage.open();
        var connected =
                (Result.Connect) client.call(Method.Connect.EMPTY.withToken(TokenMint.connection("anna", null)));
        client.subscribe(channel);
        client.publish(channel, "1");
        var publication = client.awaitPublications(channel, 1).getFirst();
        assertThat(publication.tags()).containsKey("ce_id").containsEntry("ce_type", "message");
        assertThat(publication.time()).isPositive();
        assertThat(publication.info()).isNotNull().satisfies(info -> {
            assertThat(info.user()).isEqualTo("anna");
            assertThat(info.client()).isEqualTo(connected.client());
        });
        assertThat(client.answer(client.lastId())).isInstanceOf(Reply.Success.class);
    }

    /// A position after which nothing was published yet, of a client that saw something and left.
    private static StreamPosition seen(Stage stage, String channel) {
        var client = stage.connected();
        var epoch = client.subscribe(channel).position().epoch();
        client.publish(channel, "{\"seen\":true}");
        return new StreamPosition(
                client.awaitPublications(channel, 1).getFirst().offset(), epoch);
    }

    private static List<String> publishVersions(Stage stage, String channel, int first, int count) {
        var publisher = stage.connected();
        var versions = IntStream.range(first, first + count)
                .mapToObj(version -> IntStream.range(0, 40)
                        .mapToObj(n ->
                                "\"f\u00e9ld %d\":\"%s \ud83d\udd14\"".formatted(n, n == version ? "rung" : "still"))
                        .toList())
                .map(fields -> "{" + String.join(",", fields) + "}")
                .toList();
        versions.forEach(version -> publisher.publish(channel, version));
        return versions;
    }

    private static void publishTagged(Stage stage, String channel, String data, String region) {
        stage.http().publish(channel, data, "Carillon-Tags", "{\"region\":\"" + region + "\"}");
    }
}
