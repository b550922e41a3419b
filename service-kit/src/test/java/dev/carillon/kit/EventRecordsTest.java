package dev.carillon.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Publisher;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRecordsTest {

    private static final Channel CHANNEL = new Channel("orders:42");
    private static final long TIMESTAMP = 1_700_000_000_000L;

    @ParameterizedTest
    @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "soon"})
    void timesHaveYearsOfFourDigits(String text) {
        assertThatThrownBy(() -> EventRecords.time(text)).isInstanceOf(DateTimeException.class);
    }

    @Test
    void binaryModeCarriesEverything() {
        var publisher = new Publisher("u1", "c1", ByteString.copyFromUtf8("{}"), ByteString.EMPTY);
        var event = new Event(
                new Event.Id("e-1"),
                "order.created",
                "/shop",
                Instant.parse("2026-01-02T03:04:05.678901Z"),
                CHANNEL,
                MediaTypes.JSON,
                ByteString.copyFromUtf8("{\"total\":12}"),
                Map.of("region", "eu"),
                publisher);

        var read = EventRecords.read(
                record("orders:42", event.data().toStringUtf8(), EventRecords.headers(event, "key-1")));

        assertThat(read).isEqualTo(event);
    }

    @Test
    void recordWithoutHeadersIsAnEventNamedAfterItsPlace() {
        var read = EventRecords.read(record("orders:42", "{}", new RecordHeaders()));

        assertThat(read.id()).isEqualTo(new Event.Id("the-log-3-17"));
        assertThat(read.type()).isEqualTo("message");
        assertThat(read.time()).isEqualTo(Instant.ofEpochMilli(TIMESTAMP));
        assertThat(read.channel()).isEqualTo(CHANNEL);
    }

    @Test
    void structuredModeIsRead() {
        var headers = headers("content-type", "application/cloudevents+json; charset=UTF-8");
        var json = """
                {"specversion":"1.0","id":"e-2","type":"order.paid","source":"/shop","time":"2026-01-02T03:04:05+02:00",\
                "data":{"total":12}}""";

        var read = EventRecords.read(record("orders:42", json, headers));

        assertThat(read.id()).isEqualTo(new Event.Id("e-2"));
        assertThat(read.type()).isEqualTo("order.paid");
        assertThat(read.time()).isEqualTo(Instant.parse("2026-01-02T01:04:05Z"));
        assertThat(read.data().toStringUtf8()).isEqualTo("{\"total\":12}");
        assertThat(read.contentType()).isEqualTo(MediaTypes.JSON);
    }

    @Test
    void structuredModeWithBytesIsRead() {
        var headers = headers("content-type", "application/cloudevents+json");
        var json = "{\"id\":\"e-3\",\"datacontenttype\":\"image/png\",\"data_base64\":\"AQID\"}";

        var read = EventRecords.read(record("orders:42", json, headers));

        assertThat(read.data()).isEqualTo(ByteString.copyFrom(new byte[] {1, 2, 3}));
        assertThat(read.contentType()).isEqualTo("image/png");
    }

    @Test
    void whatCannotBeReadSaysWhy() {
        assertUnreadable(record(null, "{}", new RecordHeaders()), "no key");
        assertUnreadable(record("gr\u00fcn", "{}", new RecordHeaders()), "printable ASCII");
        assertUnreadable(record("a", null, new RecordHeaders()), "no value");
        assertUnreadable(record("a", "{}", headers("ce_time", "yesterday")), "RFC 3339");
        assertUnreadable(record("a", "{}", headers("ce_id", "")), "event id");
        assertUnreadable(record("a", "{}", headers("carillon-tags", "{")), "JSON");
        assertUnreadable(record("a", "[1]", headers("content-type", "application/cloudevents+json")), "object");
        assertUnreadable(record("a", "{", headers("content-type", "application/cloudevents+json")), "JSON");
        assertUnreadable(
                record("a", "{\"data_base64\":\"*\"}", headers("content-type", "application/cloudevents+json")), "");
    }

    private static void assertUnreadable(ConsumerRecord<byte[], byte[]> record, String why) {
        assertThatThrownBy(() -> EventRecords.read(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static Headers headers(String name, String text) {
        var headers = new RecordHeaders();
        EventRecords.add(headers, name, text);
        return headers;
    }

    private static ConsumerRecord<byte[], byte[]> record(
            @Nullable String key, @Nullable String value, Headers headers) {
        return new ConsumerRecord<>(
                "the.log",
                3,
                17,
                TIMESTAMP,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                headers,
                Optional.empty());
    }
}
