package dev.carillon.fanout.source;

import static dev.carillon.fanout.source.SourceRecords.record;
import static dev.carillon.fanout.source.SourceRecords.source;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MappingTest {

    private static final long MAX = 100_000;
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void theKeyIsTheChannelUnlessSomethingElseIsSaid() {
        // When
        var event = event(source(), record("orders:42", "{\"total\":12}"));

        // Then
        assertThat(event.channel()).isEqualTo(new Channel("orders:42"));
        assertThat(event.data().toStringUtf8()).isEqualTo("{\"total\":12}");
        assertThat(event.type()).isEqualTo("message");
        assertThat(event.source()).isEqualTo("/kafka/shop.orders");
        assertThat(event.time()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    @Test
    void theIdIsThePlaceWithoutDots() {
        // When
        var event = event(source(), record("a", "x"));

        // Then
        assertThat(event.id().value()).isEqualTo("shop-orders-3-17");
    }

    @Test
    void aVeryLongTopicHasAnIdToo() {
        // Given
        var record = record("t".repeat(249), 1234567, Long.MAX_VALUE, 0, new byte[] {'a'}, new byte[0]);

        // When
        var event = event(source(), record);

        // Then
        assertThat(event.id().value()).hasSize(255).endsWith("-1234567-" + Long.MAX_VALUE);
    }

    @Test
    void theChannelComesFromAHeader() {
        assertThat(event(source("channel", "header:tenant"), record(null, "x", "tenant", "t1"))
                        .channel()
                        .name())
                .isEqualTo("t1");
    }

    @Test
    void theChannelComesFromTheValue() {
        // Given
        var source = source("channel", "pointer:/order/a~1b/0", "channel-prefix", "orders:");

        // Then
        assertThat(event(source, record(null, "{\"order\":{\"a/b\":[4711]}}")).channel())
                .isEqualTo(new Channel("orders:4711"));
        assertThat(event(source, record(null, "{\"order\":{\"a/b\":[\"x\"]}}")).channel())
                .isEqualTo(new Channel("orders:x"));
    }

    @Test
    void theChannelMayBeTheSameForAll() {
        assertThat(event(source("channel", "constant:news"), record("k", "x")).channel())
                .isEqualTo(new Channel("news"));
    }

    @Test
    void theTypeComesFromAHeaderOrTheValueOrIsTheSameForAll() {
        assertThat(event(source(), record("a", "x", "ce_type", "order.paid")).type())
                .isEqualTo("order.paid");
        assertThat(event(source("type", "header:kind"), record("a", "x", "kind", "k1"))
                        .type())
                .isEqualTo("k1");
        assertThat(event(source("type", "pointer:/op"), record("a", "{\"op\":\"u\"}"))
                        .type())
                .isEqualTo("u");
        assertThat(event(source("type", "constant:order"), record("a", "x")).type())
                .isEqualTo("order");
        assertThat(event(source("type", "pointer:/op"), record("a", "{\"op\":null}"))
                        .type())
                .isEqualTo("message");
    }

    @Test
    void aPartOfTheValueIsPublished() {
        // Given
        var source = source("data", "/after");

        // When
        var event = event(source, record("a", "{\"after\":{\"n\":1.50,\"big\":12345678901234567890},\"x\":2}"));

        // Then
        assertThat(event.data().toStringUtf8()).isEqualTo("{\"n\":1.50,\"big\":12345678901234567890}");
        assertThat(event.contentType()).isEqualTo("application/json");
    }

    @Test
    void aRecordWithoutValueIsNull() {
        // When
        var event = event(source(), record("a", null));

        // Then
        assertThat(event.data().toStringUtf8()).isEqualTo("null");
        assertThat(event.contentType()).isEqualTo("application/json");
    }

    @Test
    void aStructuredCloudEventIsDataLikeAnyOther() {
        // Given
        var record = record("a", "{\"id\":\"x\"}", "content-type", "application/cloudevents+json");

        // When
        var event = event(source(), record);

        // Then
        assertThat(event.contentType()).isEqualTo("application/json");
        assertThat(event.id().value()).isEqualTo("shop-orders-3-17");
    }

    @Test
    void whatHasNoChannelIsUnusable() {
        assertThat(fault(source(), record(null, "x"))).isEqualTo(Fault.NO_CHANNEL);
        assertThat(fault(source("channel-prefix", "orders:"), record("", "x"))).isEqualTo(Fault.NO_CHANNEL);
        assertThat(fault(source("channel", "header:h"), record("a", "x"))).isEqualTo(Fault.NO_CHANNEL);
        assertThat(fault(source("channel", "pointer:/a"), record("a", "{}"))).isEqualTo(Fault.NO_CHANNEL);
        assertThat(fault(source("channel", "pointer:/a"), record("a", "{\"a\":{}}")))
                .isEqualTo(Fault.NO_CHANNEL);
        assertThat(fault(source("channel", "pointer:/a"), record("a", "{\"a\":null}")))
                .isEqualTo(Fault.NO_CHANNEL);
    }

    @Test
    void whatIsNoChannelIsUnusable() {
        assertThat(fault(source(), record("käse", "x"))).isEqualTo(Fault.INVALID_CHANNEL);
        assertThat(fault(source(), record("x".repeat(256), "x"))).isEqualTo(Fault.INVALID_CHANNEL);
        assertThat(fault(source(), record("carillon:x", "x"))).isEqualTo(Fault.INVALID_CHANNEL);
        assertThat(fault(source("channel-prefix", "carillon:"), record("x", "x")))
                .isEqualTo(Fault.INVALID_CHANNEL);
    }

    @Test
    void whatCannotBeReadIsUnusable() {
        // Given
        var source = source("channel", "pointer:/a");

        // Then
        assertThat(fault(source, record("a", "{\"a\":1} and more"))).isEqualTo(Fault.NOT_JSON);
        assertThat(fault(source, record("a", ""))).isEqualTo(Fault.NOT_JSON);
        assertThat(fault(source, record("a", null))).isEqualTo(Fault.NOT_JSON);
        assertThat(fault(source, record("a", "[".repeat(100_000)))).isEqualTo(Fault.NOT_JSON);
        assertThat(fault(source("type", "constant:" + "x".repeat(256)), record("a", "x")))
                .isEqualTo(Fault.INVALID_TYPE);
        assertThat(fault(source("data", "/after"), record("a", "{}"))).isEqualTo(Fault.NO_DATA);
    }

    @Test
    void whatIsTooLargeIsUnusableButAPartOfItMayBeSmallEnough() {
        // Given
        var value = "{\"small\":1,\"large\":\"" + "x".repeat((int) MAX) + "\"}";

        // Then
        assertThat(fault(source(), record("a", value))).isEqualTo(Fault.TOO_LARGE);
        assertThat(event(source("data", "/small"), record("a", value)).data().toStringUtf8())
                .isEqualTo("1");
    }

    @Test
    void theValueIsNotReadUnlessSomethingIsInIt() {
        // Given
        var value = new byte[] {(byte) 0xff, 0, 1};

        // When
        var event = event(source(), record(SourceRecords.TOPIC, 0, 0, 0, new byte[] {'a'}, value));

        // Then
        assertThat(event.data().toByteArray()).isEqualTo(value);
    }

    @Test
    void theIdempotencyKeyTellsSourcesPlacesAndTimesApart() {
        // Given
        var record = record("a", "x");

        // Then
        assertThat(key(record)).isEqualTo(key(record("a", "x")));
        assertThat(key(record))
                .isNotEqualTo(key(record(SourceRecords.TOPIC, 3, 18, record.timestamp(), record.key(), record.value())))
                .isNotEqualTo(key(record(SourceRecords.TOPIC, 3, 17, 1, record.key(), record.value())))
                .isNotEqualTo(key(record("shop-orders", 3, 17, record.timestamp(), record.key(), record.value())));
    }

    /// What was mapped is read by owners as it was meant.
    @Property(tries = 300)
    void whatIsMappedIsReadAlike(
            @ForAll @NumericChars @StringLength(min = 1, max = 20) String key, @ForAll @Size(max = 50) byte[] value) {
        // Given
        var record = record(SourceRecords.TOPIC, 0, 5, 1, key.getBytes(StandardCharsets.UTF_8), value);
        var ready = (Mapped.Ready) map(source("type", "constant:t"), record);

        // When
        var entry = new ConsumerRecord<>(
                "log",
                1,
                2,
                3,
                TimestampType.CREATE_TIME,
                0,
                0,
                ready.event().channel().name().getBytes(StandardCharsets.US_ASCII),
                ready.event().data().toByteArray(),
                EventRecords.headers(ready.event(), ready.idempotencyKey()),
                Optional.<Integer>empty());

        // Then
        assertThat(EventRecords.read(entry)).isEqualTo(ready.event());
    }

    /// No bytes at all make it throw, and what it makes of JSON is JSON.
    @Property(tries = 1000)
    void nothingMakesItThrow(@ForAll byte @Nullable [] key, @ForAll byte[] value, @ForAll byte[] header)
            throws Exception {
        // Given
        var record = record(SourceRecords.TOPIC, 0, 5, -1, key, value);
        record.headers().add("h", header).add("content-type", header);
        var sources = Arrays.asList(
                source(),
                source("channel", "header:h", "type", "header:h"),
                source("channel", "pointer:", "data", "", "type", "pointer:/0"),
                source("channel", "constant:c", "data", "/0"));

        for (var source : sources) {
            // When
            var mapped = map(source, record);

            // Then
            if (mapped instanceof Mapped.Ready ready && source.data() != null) {
                assertThat(JSON.readTree(ready.event().data().toByteArray()).isMissingNode())
                        .isFalse();
            }
        }
    }

    private static Event event(Source source, ConsumerRecord<byte[], byte[]> record) {
        assertThat(map(source, record)).isInstanceOf(Mapped.Ready.class);
        return ((Mapped.Ready) map(source, record)).event();
    }

    private static Fault fault(Source source, ConsumerRecord<byte[], byte[]> record) {
        assertThat(map(source, record)).isInstanceOf(Mapped.Unusable.class);
        return ((Mapped.Unusable) map(source, record)).fault();
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return ((Mapped.Ready) map(source(), record)).idempotencyKey();
    }

    private static Mapped map(Source source, ConsumerRecord<byte[], byte[]> record) {
        return new Mapping(source, MAX).map(record);
    }
}
