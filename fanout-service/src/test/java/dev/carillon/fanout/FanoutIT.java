package dev.carillon.fanout;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelQuery;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Interest;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.Position;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import dev.carillon.testkit.InVmKafkaResource;
import dev.carillon.testkit.KafkaProbe;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The service as a node, a publisher and a dispatcher see it: through topics only.
@QuarkusTest
@WithTestResource(InVmKafkaResource.class)
@TestProfile(FanoutIT.Quick.class)
class FanoutIT {

    private static final int PARTITIONS = 6;

    /// Short times, so that tests need not wait.
    public static final class Quick implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "carillon.topics.create", "true",
                    "carillon.fanout.workers", "2",
                    "carillon.fanout.instance", "quick",
                    "carillon.fanout.tops-interval", "500ms",
                    "carillon.fanout.history-size", "5",
                    "carillon.fanout.scan-records", "100",
                    "carillon.fanout.max-event-size", "100K",
                    "carillon.fanout.node-lease", "2s");
        }
    }

    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final KafkaProbe probe = KafkaProbe.shared();
    private final Channel channel = new Channel("orders:" + unique);

    @Nullable
    private SimulatedNode node;

    @BeforeEach
    void awaitReadiness() {
        patiently().untilAsserted(() -> given().get("/q/health/ready").then().statusCode(200));
        node = new SimulatedNode("node-" + unique, 1, PARTITIONS, probe);
    }

    @AfterEach
    void stopNode() {
        node().leave();
        node().close();
    }

    @Test
    void aFollowerHearsWhatIsPublishedInOneChain() {
        // Given
        long followId = node().ask(channel, (Position) null);
        var answer = awaitAnswer(followId);

        // When
        publish(channel, "1");
        publish(channel, "2");

        // Then
        var live = awaitLive(2);
        assertThat(data(live)).containsExactly("1", "2");
        assertThat(live.get(0).previous()).isLessThanOrEqualTo(answer.upTo());
        assertThat(live.get(1).previous()).isEqualTo(live.get(0).entry().offset());
        assertThat(live.get(0).epoch()).isEqualTo(answer.epoch());
    }

    @Test
    void aFollowerRecoversFromTheRing() {
        // Given
        var offsets =
                IntStream.range(0, 4).mapToLong(i -> publish(channel, "e" + i)).toArray();
        awaitTop(channel, offsets[3]);

        // When
        long followId = node().ask(channel, new Position(epoch(), offsets[1]));

        // Then
        var answer = awaitAnswer(followId);
        assertThat(answer.from()).isEqualTo(offsets[1]);
        assertThat(answer.entries()).extracting(LogEntry::offset).containsExactly(offsets[2], offsets[3]);
        assertThat(answer.upTo()).isGreaterThanOrEqualTo(offsets[3]);
        assertThat(answer.entries().getFirst().event().channel()).isEqualTo(channel);
    }

    @Test
    void aFollowerFromBeforeTheRingRecoversFromTheLog() {
        // Given
        var offsets = publishMany(8);

        // When
        long followId = node().ask(channel, new Position(epoch(), offsets[0]));

        // Then
        var answer = awaitAnswer(followId);
        assertThat(answer.from()).isEqualTo(offsets[0]);
        assertThat(answer.entries())
                .extracting(LogEntry::offset)
                .containsExactlyElementsOf(
                        Arrays.stream(offsets).skip(1).boxed().toList());
        assertThat(answer.upTo()).isGreaterThanOrEqualTo(offsets[7]);
    }

    @Test
    void whatIsFoundInTheLogHasNoRepeats() {
        // Given
        long start = publish(channel, "first", EventHeaders.IDEMPOTENCY_KEY, "k1");
        long again = publish(channel, "again", EventHeaders.IDEMPOTENCY_KEY, "k1");
        var offsets = publishMany(8);

        // When
        var answer = awaitAnswer(node().ask(channel, new Position(epoch(), start)));

        // Then
        assertThat(answer.from()).isEqualTo(start);
        assertThat(answer.entries())
                .extracting(LogEntry::offset)
                .doesNotContain(again)
                .hasSize(offsets.length);
    }

    @Test
    void pagesOfHistoryGoBackBeyondTheRing() {
        // Given
        var offsets = publishMany(20);

        // When
        query(new ChannelQuery.History(21, nodeName(), channel, new Position(epoch(), offsets[2]), 4, false));
        query(new ChannelQuery.History(22, nodeName(), channel, new Position(epoch(), offsets[2]), 100, false));
        query(new ChannelQuery.History(23, nodeName(), channel, null, 12, true));
        query(new ChannelQuery.History(24, nodeName(), channel, new Position(epoch(), offsets[9]), 3, true));

        // Then
        assertThat(awaitPage(21).entries())
                .extracting(LogEntry::offset)
                .containsExactly(offsets[3], offsets[4], offsets[5], offsets[6]);
        assertThat(awaitPage(22).entries()).hasSize(17);
        assertThat(awaitPage(23).entries())
                .extracting(LogEntry::offset)
                .hasSize(12)
                .startsWith(offsets[19], offsets[18])
                .endsWith(offsets[8]);
        assertThat(awaitPage(24).entries())
                .extracting(LogEntry::offset)
                .containsExactly(offsets[8], offsets[7], offsets[6]);
        assertThat(List.of(awaitPage(21), awaitPage(22), awaitPage(23), awaitPage(24)))
                .allMatch(InboxMessage.HistoryPage::complete);
    }

    @Test
    void whatIsRemovedIsNotAnsweredAnyMoreFromRingOrLog() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));
        var before = publishMany(12);
        probe.produce(new ProducerRecord<byte[], byte[]>(Topics.EVENT_PUBLISHED, bytes(channel.name()), null));

        // When
        long removed = remove();
        var after = publishMany(2);

        // Then
        var told = node().heard(InboxMessage.Removed.class).getFirst();
        assertThat(told.offset()).isEqualTo(removed);
        assertThat(told.previous())
                .as("a tombstone of somebody else's is nothing")
                .isEqualTo(before[11]);
        var live = awaitLive(14);
        assertThat(live.get(12).previous()).isEqualTo(removed);

        var missing = awaitAnswer(node().ask(channel, new Position(epoch(), before[10])));
        assertThat(missing.from()).isGreaterThan(before[10]);
        assertThat(missing.removed()).isEqualTo(removed);
        var nothing = awaitAnswer(node().ask(channel, new Position(epoch(), before[11])));
        assertThat(nothing.from()).isEqualTo(before[11]);
        assertThat(nothing.entries()).extracting(LogEntry::offset).containsExactly(after[0], after[1]);

        query(new ChannelQuery.History(31, nodeName(), channel, new Position(epoch(), before[0]), 3, false));
        query(new ChannelQuery.History(32, nodeName(), channel, new Position(epoch(), before[9]), 3, true));
        query(new ChannelQuery.History(33, nodeName(), channel, null, 10, true));
        query(new ChannelQuery.HistorySince(34, nodeName(), channel, Instant.EPOCH, 2));
        assertThat(awaitPage(31).entries()).extracting(LogEntry::offset).containsExactly(after[0], after[1]);
        assertThat(awaitPage(31).complete()).isFalse();
        assertThat(awaitPage(32).entries()).isEmpty();
        assertThat(awaitPage(32).complete()).isTrue();
        assertThat(awaitPage(33).entries()).extracting(LogEntry::offset).containsExactly(after[1], after[0]);
        assertThat(awaitPage(33).complete()).isTrue();
        assertThat(awaitPage(34).entries()).extracting(LogEntry::offset).containsExactly(after[0], after[1]);
    }

    @Test
    void aSearchOfTheLogFindsWhatCameAfterARemovalAlone() {
        // Given
        publishMany(4);
        long removed = remove();
        var after = publishMany(9);

        // When
        query(new ChannelQuery.History(41, nodeName(), channel, new Position(epoch(), 0), 2, false));
        query(new ChannelQuery.History(42, nodeName(), channel, new Position(epoch(), after[2]), 10, true));
        var answer = awaitAnswer(node().ask(channel, new Position(epoch(), removed)));

        // Then
        assertThat(awaitPage(41).entries()).extracting(LogEntry::offset).containsExactly(after[0], after[1]);
        assertThat(awaitPage(42).entries()).extracting(LogEntry::offset).containsExactly(after[1], after[0]);
        assertThat(awaitPage(42).complete()).isTrue();
        assertThat(answer.from()).isEqualTo(removed);
        assertThat(answer.entries()).hasSize(9);
    }

    @Test
    void endpointsAreOwedNothingForARemoval() {
        // Given
        register("removed-" + unique, List.of(channel.name()), List.of());

        // When
        publish(channel, "before");
        remove();
        publish(channel, "after");

        // Then
        assertThat(awaitDeliveries("removed-" + unique, 2))
                .extracting(delivery -> text(delivery.value()))
                .containsExactly("before", "after");
    }

    @Test
    void anEventThatIsNotKeptIsHeardLiveAndNeverAgain() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));
        long first = publish(channel, "first");
        long skipped = publish(channel, "skipped", EventHeaders.HISTORY, EventHeaders.HISTORY_SKIP);
        var rest = publishMany(7);

        // When
        var answer = awaitAnswer(node().ask(channel, new Position(epoch(), first)));
        query(new ChannelQuery.History(51, nodeName(), channel, new Position(epoch(), first - 1), 2, false));
        query(new ChannelQuery.History(52, nodeName(), channel, null, 9, true));

        // Then
        var live = awaitLive(9);
        assertThat(live.get(1).entry().offset()).isEqualTo(skipped);
        assertThat(live.get(1).kept()).isFalse();
        assertThat(live.get(2).previous()).isEqualTo(skipped);
        assertThat(live.get(2).kept()).isTrue();
        assertThat(answer.from()).as("nothing is missing").isEqualTo(first);
        assertThat(answer.entries()).hasSize(7).extracting(LogEntry::offset).doesNotContain(skipped);
        assertThat(awaitPage(51).entries()).extracting(LogEntry::offset).containsExactly(first, rest[0]);
        assertThat(awaitPage(52).entries())
                .hasSize(8)
                .extracting(LogEntry::offset)
                .doesNotContain(skipped);
    }

    @Test
    void historyBeginsWithATime() {
        // Given a time that no other record has
        var noon = Instant.now().plus(Duration.ofMinutes(30));
        long old = publishAt("old", noon.minusMillis(1));
        long exact = publishAt("exact", noon);
        long later = publishAt("later", noon.plusSeconds(60));
        var rest = publishMany(7);

        // When
        query(new ChannelQuery.HistorySince(61, nodeName(), channel, noon, 2));
        query(new ChannelQuery.HistorySince(62, nodeName(), channel, noon.plusMillis(1), 100));
        query(new ChannelQuery.HistorySince(63, nodeName(), channel, noon.plus(Duration.ofDays(1)), 100));

        // Then
        assertThat(awaitPage(61).entries()).extracting(LogEntry::offset).containsExactly(exact, later);
        assertThat(awaitPage(61).complete()).isTrue();
        assertThat(awaitPage(62).entries())
                .extracting(LogEntry::offset)
                .hasSize(8)
                .startsWith(later, rest[0])
                .doesNotContain(old, exact);
        assertThat(awaitPage(62).complete()).isTrue();
        assertThat(awaitPage(63).entries()).isEmpty();
        assertThat(awaitPage(63).complete()).isTrue();
        assertThat(awaitPage(63).upTo()).isGreaterThanOrEqualTo(rest[6]);
    }

    @Test
    void anEndedFollowHearsNothing() {
        // Given
        var other = new Channel("other:" + unique);
        awaitAnswer(node().ask(channel, (Position) null));
        awaitAnswer(node().ask(other, (Position) null));

        // When
        node().unfollow(channel);
        patiently()
                .untilAsserted(() ->
                        given().get("/v1/channels/" + channel.name()).then().body("followers", hasSize(0)));
        publish(channel, "unheard");
        publish(other, "heard");

        // Then
        assertThat(data(awaitLive(1))).containsExactly("heard");
    }

    @Test
    void topsTellHowFarAChannelIs() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        long offset = publish(channel, "1");

        // Then
        patiently().untilAsserted(() -> assertThat(node().heard(InboxMessage.Tops.class))
                .anySatisfy(tops -> assertThat(tops.tops()).containsExactly(Map.entry(channel, offset))));
    }

    @Test
    void aRepeatedIdempotencyKeyIsHeardOnce() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        publish(channel, "first", EventHeaders.IDEMPOTENCY_KEY, "k1");
        publish(channel, "again", EventHeaders.IDEMPOTENCY_KEY, "k1");
        publish(channel, "other", EventHeaders.IDEMPOTENCY_KEY, "k2");

        // Then
        assertThat(data(awaitLive(2))).containsExactly("first", "other");
    }

    @Test
    void aForeignRecordWithoutHeadersIsAnEvent() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        probe.produce(new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(channel.name()), bytes("plain")));

        // Then
        var event = awaitLive(1).getFirst().entry().event();
        assertThat(event.type()).isEqualTo("message");
        assertThat(event.data().toStringUtf8()).isEqualTo("plain");
    }

    @Test
    void aStructuredCloudEventIsAnEvent() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));
        register("hook-" + unique, List.of(channel.name()), List.of());

        // When
        var json =
                "{\"specversion\":\"1.0\",\"id\":\"s1\",\"type\":\"order.paid\",\"source\":\"/shop\",\"data\":{\"a\":1}}";
        produce(channel, json, EventHeaders.CONTENT_TYPE, "application/cloudevents+json; charset=utf-8");

        // Then
        var event = awaitLive(1).getFirst().entry().event();
        assertThat(event.id().value()).isEqualTo("s1");
        assertThat(event.type()).isEqualTo("order.paid");
        assertThat(event.data().toStringUtf8()).isEqualTo("{\"a\":1}");
        var delivery = awaitDeliveries("hook-" + unique, 1).getFirst();
        assertThat(text(delivery.value())).isEqualTo("{\"a\":1}");
        assertThat(header(delivery, EventHeaders.TYPE)).isEqualTo("order.paid");
    }

    @Test
    void anUnreadableRecordIsBuriedAndPassedOver() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        produce(channel, "not json", EventHeaders.CONTENT_TYPE, "application/cloudevents+json");
        produce(channel, "x".repeat(101 * 1024), EventHeaders.CONTENT_TYPE, "text/plain");
        produce(new Channel("late:" + unique), "x", EventHeaders.TIME, "yesterday");
        probe.produce(new ProducerRecord<>(Topics.EVENT_PUBLISHED, 0, null, bytes("no key")));
        publish(channel, "fine");

        // Then
        assertThat(data(awaitLive(1))).containsExactly("fine");
        patiently().untilAsserted(() -> assertThat(probe.read(Topics.EVENT_DEAD))
                .filteredOn(dead -> header(dead, EventHeaders.DEAD_TOPIC).equals(Topics.EVENT_PUBLISHED))
                .extracting(dead -> header(dead, EventHeaders.DEAD_REASON))
                .contains(
                        "value is not JSON",
                        "event is larger than 102400 bytes",
                        "time is not RFC 3339",
                        "record has no key, so no channel"));
    }

    @Test
    void aRecordInTheWrongPartitionIsBuriedWithTheReason() {
        // Given
        int wrong = (Partitions.of(channel, PARTITIONS) + 1) % PARTITIONS;

        // When
        probe.produce(new ProducerRecord<>(Topics.EVENT_PUBLISHED, wrong, bytes(channel.name()), bytes("x")));

        // Then
        patiently()
                .untilAsserted(() -> assertThat(probe.read(Topics.EVENT_DEAD)).anySatisfy(dead -> {
                    assertThat(text(dead.key())).isEqualTo(channel.name());
                    assertThat(header(dead, EventHeaders.DEAD_REASON)).contains("murmur2");
                }));
    }

    @Test
    void unusableRowsAndQueriesStopNothing() {
        // Given
        int partition = Partitions.of(channel, PARTITIONS);

        // When
        probe.produce(new ProducerRecord<>(Topics.INTEREST_STATE, partition, bytes("no line feed"), bytes("x")));
        var key = new Interest.Key(channel, "x").toBytes();
        probe.produce(new ProducerRecord<>(Topics.INTEREST_STATE, partition, key, bytes("no protobuf")));
        probe.produce(new ProducerRecord<>(Topics.CHANNEL_QUERY, partition, bytes(channel.name()), bytes("junk")));
        probe.produce(new ProducerRecord<>(Topics.CHANNEL_QUERY, partition, bytes(channel.name()), null));

        // Then
        awaitAnswer(node().ask(channel, (Position) null));
    }

    @Test
    void eventsOfAnEphemeralNamespaceAreForFollowersAlone() {
        // Given
        var name = "live-" + unique;
        var ephemeral = new Channel(name + ":a");
        var endpoint = "eager-" + unique;
        register(endpoint, List.of(ephemeral.name(), channel.name()), List.of());
        probe.produce(new ProducerRecord<>(
                Topics.NAMESPACE_STATE, bytes(name), bytes("{\"name\":\"%s\",\"ephemeral\":true}".formatted(name))));
        patiently().until(() -> {
            awaitTop(ephemeral, publish(ephemeral, "early"));
            return ringSize(ephemeral) == 0;
        });
        node().ask(ephemeral, (Position) null);

        // When
        long silent = publish(ephemeral, "silent");
        awaitTop(ephemeral, silent);
        long told = publish(channel, "told");

        // Then
        patiently()
                .untilAsserted(() -> assertThat(offsets(deliveries(endpoint))).contains(told));
        assertThat(deliveries(endpoint))
                .extracting(delivery -> text(delivery.value()))
                .doesNotContain("silent");
        assertThat(data(awaitLive(1))).containsExactly("silent");
    }

    @Test
    void endpointsAreOwedWhatTheyWant() {
        // Given
        register("exact-" + unique, List.of(channel.name()), List.of());
        register("begin-" + unique, List.of("orders:*"), List.of());
        register("typed-" + unique, List.of("*"), List.of("typed." + unique));
        register("none-" + unique, List.of("nothing:" + unique), List.of());

        // When
        long plain = publish(channel, "plain");
        long typed = publish(channel, "typed", EventHeaders.TYPE, "typed." + unique);

        // Then
        assertThat(offsets(awaitDeliveries("exact-" + unique, 2))).contains(plain, typed);
        assertThat(offsets(awaitDeliveries("begin-" + unique, 2))).contains(plain, typed);
        var delivery = awaitDeliveries("typed-" + unique, 1).getFirst();
        assertThat(text(delivery.value())).isEqualTo("typed");
        assertThat(header(delivery, EventHeaders.ID)).isEqualTo("typed");
        assertThat(header(delivery, EventHeaders.CHANNEL)).isEqualTo(channel.name());
        assertThat(header(delivery, EventHeaders.LOG_EPOCH)).isEqualTo(epoch());
        assertThat(header(delivery, EventHeaders.LOG_OFFSET)).isEqualTo(Long.toString(typed));
        assertThat(header(delivery, EventHeaders.LOG_PARTITION))
                .isEqualTo(Integer.toString(Partitions.of(channel, PARTITIONS)));
        assertThat(delivery.partition()).isEqualTo(Partitions.of(bytes("typed-" + unique), 6));
        assertThat(deliveries("none-" + unique)).isEmpty();
    }

    @Test
    void eventsOfTheReservedNamespaceAreRoutedLikeOthers() {
        // Given
        var reserved = new Channel("carillon:" + unique);
        awaitAnswer(node().ask(reserved, (Position) null));

        // When
        publish(reserved, "joined");

        // Then
        assertThat(data(awaitLive(1))).containsExactly("joined");
    }

    @Test
    void historyIsAnsweredFromTheRing() {
        // Given
        var offsets =
                IntStream.range(0, 4).mapToLong(i -> publish(channel, "e" + i)).toArray();
        awaitTop(channel, offsets[3]);

        // When
        query(new ChannelQuery.History(1, nodeName(), channel, new Position(epoch(), offsets[0]), 2, false));
        query(new ChannelQuery.History(2, nodeName(), channel, null, 2, true));
        query(new ChannelQuery.History(3, nodeName(), channel, null, 0, false));

        // Then
        var forward = awaitPage(1);
        assertThat(forward.entries()).extracting(LogEntry::offset).containsExactly(offsets[1], offsets[2]);
        assertThat(forward.complete()).isTrue();
        var back = awaitPage(2);
        assertThat(back.entries()).extracting(LogEntry::offset).containsExactly(offsets[3], offsets[2]);
        var position = awaitPage(3);
        assertThat(position.entries()).isEmpty();
        assertThat(position.upTo()).isGreaterThanOrEqualTo(offsets[3]);
    }

    @Test
    void aNodeThatFallsSilentMissesNothingWhenItComesBack() {
        // Given
        node().follow(channel, new Position(epoch(), 0));
        publish(channel, "before");
        patiently().untilAsserted(() -> assertThat(node().deliveredCount()).isEqualTo(1));

        // When
        node().fallSilent();
        long last = awaitUnheard();
        node().beatAgain();

        // Then
        patiently()
                .untilAsserted(() ->
                        assertThat(node().delivered(channel).getLast().offset()).isEqualTo(last));
        assertThat(node().broken()).isZero();
    }

    @Test
    void aNodeThatStaysSilentLosesItsFollowsAndItsInbox() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        node().fallSilent();

        // Then
        patiently().untilAsserted(() -> assertThat(row(channel)).isNull());
        patiently().untilAsserted(() -> assertThat(probe.topics())
                .doesNotContain(Topics.inbox(nodeName()).name()));
    }

    @Test
    void aNodeThatLeavesLosesItsFollowsAtOnce() {
        // Given
        awaitAnswer(node().ask(channel, (Position) null));

        // When
        node().leave();

        // Then
        patiently().untilAsserted(() -> assertThat(row(channel)).isNull());
    }

    @Test
    void aNewIncarnationDoesNotHearWhatTheOldOneFollowed() {
        // Given
        var other = new Channel("other:" + unique);
        awaitAnswer(node().ask(channel, (Position) null));
        node().close();

        // When
        node = new SimulatedNode(nodeName(), 2, PARTITIONS, probe);
        awaitAnswer(node().ask(other, (Position) null));
        int before = node().heard().size();
        publish(channel, "old");
        publish(other, "new");

        // Then
        patiently().untilAsserted(() -> assertThat(node().heard(InboxMessage.Live.class))
                .isNotEmpty());
        assertThat(data(node().heard().stream()
                        .skip(before)
                        .filter(InboxMessage.Live.class::isInstance)
                        .map(InboxMessage.Live.class::cast)
                        .toList()))
                .containsExactly("new");
    }

    @Test
    void operatorsSeePartitionsAndChannels() {
        // Given
        long offset = publish(channel, "1");
        awaitTop(channel, offset);

        // Then
        given().get("/v1/partitions")
                .then()
                .statusCode(200)
                .body("items", hasSize(PARTITIONS))
                .body("items[0].warm", equalTo(true))
                .body("items[0].member", containsString("-quick"));
        given().get("/v1/channels/" + channel.name())
                .then()
                .body("ringSize", equalTo(1))
                .body("partition", equalTo(Partitions.of(channel, PARTITIONS)));
        given().get("/v1/channels?limit=10&prefix=" + channel.name())
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].channel", equalTo(channel.name()))
                .body("items[0].ringSize", equalTo(1))
                .body("next", equalTo(""));
        given().get("/v1/channels?limit=0").then().statusCode(400);
        given().get("/v1/owners")
                .then()
                .statusCode(200)
                .body("items", hasSize(PARTITIONS))
                .body("items[0].member", containsString("-quick"));
        given().get("/v1/channels/" + "x".repeat(300))
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("/problems/invalid-channel"));
        given().get("/q/metrics")
                .then()
                .body(containsString("carillon_fanout_events_total"))
                .body(containsString("carillon_fanout_lag_events"))
                .body(containsString("carillon_fanout_ring_bytes"))
                .body(containsString("carillon_fanout_followers"))
                .body(containsString("carillon_fanout_follow_time_seconds_count"))
                .body(containsString("carillon_fanout_inboxes_shut"));
    }

    /// Publishes so many, and waits until the owner has them.
    private long[] publishMany(int count) {
        var offsets = IntStream.range(0, count)
                .mapToLong(i -> publish(channel, "e" + i))
                .toArray();
        awaitTop(channel, offsets[count - 1]);
        return offsets;
    }

    /// Publishes until one is surely not heard because the node is silent.
    private long awaitUnheard() {
        var last = new long[1];
        patiently().untilAsserted(() -> {
            int before = node().heard(InboxMessage.Live.class).size();
            last[0] = publish(channel, "quiet");
            awaitTop(channel, last[0]);
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> true);
            assertThat(node().heard(InboxMessage.Live.class)).hasSize(before);
        });
        return last[0];
    }

    private SimulatedNode node() {
        var started = node;
        if (started == null) {
            throw new IllegalStateException("node is not started");
        }
        return started;
    }

    private String nodeName() {
        return "node-" + unique;
    }

    private InboxMessage.Followed awaitAnswer(long followId) {
        return patiently()
                .until(
                        () -> node().heard(InboxMessage.Followed.class).stream()
                                .filter(answer -> answer.followId() == followId)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private List<InboxMessage.Live> awaitLive(int count) {
        patiently().until(() -> node().heard(InboxMessage.Live.class).size() >= count);
        return node().heard(InboxMessage.Live.class);
    }

    private InboxMessage.HistoryPage awaitPage(long queryId) {
        return patiently()
                .until(
                        () -> node().heard(InboxMessage.HistoryPage.class).stream()
                                .filter(page -> page.queryId() == queryId)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private void awaitTop(Channel wanted, long offset) {
        patiently().untilAsserted(() -> assertThat(given().get("/v1/channels/" + wanted.name())
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath()
                        .getLong("top"))
                .isGreaterThanOrEqualTo(offset));
    }

    private String epoch() {
        return given().get("/v1/channels/" + channel.name())
                .then()
                .statusCode(200)
                .extract()
                .path("epoch");
    }

    private int ringSize(Channel wanted) {
        return given().get("/v1/channels/" + wanted.name())
                .then()
                .extract()
                .jsonPath()
                .getInt("ringSize");
    }

    /// Registers an endpoint, which is known when a probe is owed to it.
    private void register(String id, List<String> channels, List<String> types) {
        var json = "{\"id\":\"%s\",\"channels\":[%s,%s],\"types\":[%s],\"enabled\":true}"
                .formatted(
                        id,
                        quoted(channels),
                        quoted(List.of(probed().name())),
                        quoted(types.isEmpty() ? types : List.of(types.getFirst(), "probe")));
        probe.produce(new ProducerRecord<>(Topics.ENDPOINT_STATE, bytes(id), bytes(json)));
        patiently().until(() -> {
            publish(probed(), "probe", EventHeaders.TYPE, "probe");
            return probe.read(Topics.DELIVERY_WEBHOOK).stream().anyMatch(delivery -> isFor(id, delivery));
        });
    }

    private Channel probed() {
        return new Channel("probe:" + unique);
    }

    private List<ConsumerRecord<byte[], byte[]>> awaitDeliveries(String endpoint, int count) {
        patiently().until(() -> deliveries(endpoint).size() >= count);
        return deliveries(endpoint);
    }

    /// What is owed to an endpoint, but for probes.
    private List<ConsumerRecord<byte[], byte[]>> deliveries(String endpoint) {
        return probe.read(Topics.DELIVERY_WEBHOOK).stream()
                .filter(delivery -> isFor(endpoint, delivery))
                .filter(delivery -> !header(delivery, EventHeaders.CHANNEL).equals(probed().name()))
                .toList();
    }

    private static boolean isFor(String endpoint, ConsumerRecord<byte[], byte[]> delivery) {
        return text(delivery.key()).equals(endpoint);
    }

    private byte @Nullable [] row(Channel followed) {
        var key = new Interest.Key(followed, nodeName()).toBytes();
        return probe.read(Topics.INTEREST_STATE).stream()
                .filter(row -> Arrays.equals(row.key(), key))
                .toList()
                .getLast()
                .value();
    }

    private void query(ChannelQuery query) {
        probe.produce(
                new ProducerRecord<>(Topics.CHANNEL_QUERY, bytes(query.channel().name()), query.toBytes()));
    }

    private long remove() {
        int partition = Partitions.of(channel, PARTITIONS);
        return probe.produce(EventRecords.removal(channel, partition)).offset() + 1;
    }

    private long publishAt(String data, Instant time) {
        var record = new ProducerRecord<>(
                Topics.EVENT_PUBLISHED,
                Partitions.of(channel, PARTITIONS),
                time.toEpochMilli(),
                bytes(channel.name()),
                bytes(data));
        return probe.produce(record).offset() + 1;
    }

    private long publish(Channel to, String data, String... headers) {
        return produce(to, data, headers);
    }

    private long produce(Channel to, String data, String... headers) {
        var record = new ProducerRecord<>(Topics.EVENT_PUBLISHED, bytes(to.name()), bytes(data));
        EventRecords.add(record.headers(), EventHeaders.ID, data.length() > 20 ? "long" : data);
        for (int i = 0; i < headers.length; i += 2) {
            EventRecords.add(record.headers(), headers[i], headers[i + 1]);
        }
        return probe.produce(record).offset() + 1;
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static List<String> data(List<InboxMessage.Live> live) {
        return live.stream()
                .map(message -> message.entry().event().data().toStringUtf8())
                .toList();
    }

    private static List<Long> offsets(List<ConsumerRecord<byte[], byte[]>> deliveries) {
        return deliveries.stream()
                .map(delivery -> Long.parseLong(header(delivery, EventHeaders.LOG_OFFSET)))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return EventRecords.text(record.headers(), name, "");
    }

    private static String quoted(List<String> texts) {
        return String.join(",", texts.stream().map(text -> "\"" + text + "\"").toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
