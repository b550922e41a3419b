package dev.carillon.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventCodec;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Publisher;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Events as Kafka records: CloudEvents 1.0, Kafka binding. Written in binary mode; read in binary and
/// structured mode, and, as a courtesy to foreign producers, without any CloudEvents headers at all.
public final class EventRecords {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LAST_YEAR = 9_999;

    private EventRecords() {}

    /// The headers of `event` in binary mode; the record's key is the channel, its value the data.
    ///
    /// @param idempotencyKey repeats with the same key are delivered once; null for none
    public static Headers headers(Event event, @Nullable String idempotencyKey) {
        var headers = new RecordHeaders();
        add(headers, EventHeaders.SPEC_VERSION, "1.0");
        add(headers, EventHeaders.ID, event.id().value());
        add(headers, EventHeaders.TYPE, event.type());
        add(headers, EventHeaders.SOURCE, event.source());
        add(headers, EventHeaders.TIME, event.time().toString());
        if (!event.contentType().isEmpty()) {
            add(headers, EventHeaders.CONTENT_TYPE, event.contentType());
        }
        if (!event.tags().isEmpty()) {
            add(headers, EventHeaders.TAGS, tagsToJson(event.tags()));
        }
        var publisher = event.publisher();
        if (publisher != null) {
            headers.add(EventHeaders.PUBLISHER, EventCodec.publisher(publisher).toByteArray());
        }
        if (idempotencyKey != null) {
            add(headers, EventHeaders.IDEMPOTENCY_KEY, idempotencyKey);
        }
        return headers;
    }

    /// The record that orders to forget the past of a channel, which is its key.
    ///
    /// @param partition of the channel
    public static ProducerRecord<byte[], byte[]> removal(Channel channel, int partition) {
        var key = channel.name().getBytes(StandardCharsets.US_ASCII);
        var record = new ProducerRecord<byte[], byte[]>(Topics.EVENT_PUBLISHED, partition, key, null);
        add(record.headers(), EventHeaders.HISTORY, EventHeaders.HISTORY_REMOVED);
        return record;
    }

    /// Whether a record of the log is no event but orders to forget the past of its channel.
    public static boolean isRemoval(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null && isMarked(record.headers(), EventHeaders.HISTORY_REMOVED);
    }

    /// Whether the event in a record of the log is for those alone who listen when it comes.
    public static boolean skipsHistory(Headers headers) {
        return isMarked(headers, EventHeaders.HISTORY_SKIP);
    }

    private static boolean isMarked(Headers headers, String mark) {
        return headers.lastHeader(EventHeaders.HISTORY) != null
                && text(headers, EventHeaders.HISTORY, "").equals(mark);
    }

    /// The event in a record of the log, whose key is the channel.
    ///
    /// @throws IllegalArgumentException when it cannot be read; the message says why
    public static Event read(ConsumerRecord<byte[], byte[]> record) {
        return read(channel(record), record);
    }

    /// The channel of a record of the log, which is its key.
    ///
    /// @throws IllegalArgumentException when it has none
    public static Channel channel(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new IllegalArgumentException("record has no key, so no channel");
        }
        return new Channel(new String(record.key(), StandardCharsets.ISO_8859_1));
    }

    /// The event in a record whose channel stands elsewhere, such as a delivery's.
    ///
    /// @throws IllegalArgumentException when it cannot be read; the message says why
    public static Event read(Channel channel, ConsumerRecord<byte[], byte[]> record) {
        var value = record.value();
        if (value == null) {
            throw new IllegalArgumentException("record has no value");
        }
        var contentType = text(record.headers(), EventHeaders.CONTENT_TYPE, "");
        if (MediaTypes.is(contentType, MediaTypes.CLOUD_EVENT)) {
            return structured(channel, record, value);
        }
        return new Event(
                new Event.Id(text(record.headers(), EventHeaders.ID, id(record))),
                text(record.headers(), EventHeaders.TYPE, Event.DEFAULT_TYPE),
                text(record.headers(), EventHeaders.SOURCE, Event.DEFAULT_SOURCE),
                time(text(record.headers(), EventHeaders.TIME, ""), record),
                channel,
                contentType,
                UnsafeByteOperations.unsafeWrap(value),
                tags(record.headers()),
                publisher(record.headers()));
    }

    /// The text of a header, or `otherwise` when there is none.
    public static String text(Headers headers, String name, String otherwise) {
        var header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return otherwise;
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    /// Adds a text header.
    public static void add(Headers headers, String name, String text) {
        headers.add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /// The id of an event that brought none: its place. Without dots, which webhook ids must not have, so that
    /// the id is the same everywhere. Of a topic with a very long name the end stays.
    public static String id(ConsumerRecord<?, ?> record) {
        var place = record.topic().replace('.', '-') + '-' + record.partition() + '-' + record.offset();
        return place.substring(Math.max(0, place.length() - Event.Id.MAX_LENGTH));
    }

    private static Instant time(String text, ConsumerRecord<?, ?> record) {
        if (text.isEmpty()) {
            return Instant.ofEpochMilli(Math.max(0, record.timestamp()));
        }
        try {
            return time(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("time is not RFC 3339", e);
        }
    }

    /// A time as events have it (RFC 3339): its year has four digits.
    ///
    /// @throws DateTimeException when it is none
    public static Instant time(String text) {
        var time = OffsetDateTime.parse(text);
        if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
            throw new DateTimeException("year has not four digits");
        }
        return time.toInstant();
    }

    private static Event structured(Channel channel, ConsumerRecord<byte[], byte[]> record, byte[] value) {
        var tree = tree(value);
        if (!tree.isObject()) {
            throw new IllegalArgumentException("structured CloudEvent is not a JSON object");
        }
        return new Event(
                new Event.Id(tree.path("id").asText(id(record))),
                tree.path("type").asText(Event.DEFAULT_TYPE),
                tree.path("source").asText(Event.DEFAULT_SOURCE),
                time(tree.path("time").asText(""), record),
                channel,
                tree.path("datacontenttype").asText(MediaTypes.JSON),
                data(tree),
                tags(record.headers()),
                publisher(record.headers()));
    }

    private static ByteString data(JsonNode tree) {
        try {
            if (tree.hasNonNull("data_base64")) {
                return ByteString.copyFrom(
                        Base64.getDecoder().decode(tree.path("data_base64").asText()));
            }
            var data = tree.path("data");
            return data.isMissingNode()
                    ? ByteString.EMPTY
                    : UnsafeByteOperations.unsafeWrap(JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("data has no JSON form", e);
        }
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("value is not JSON", e);
        }
    }

    private static Map<String, String> tags(Headers headers) {
        var header = headers.lastHeader(EventHeaders.TAGS);
        if (header == null || header.value() == null) {
            return Map.of();
        }
        var tree = header(header.value());
        var tags = new HashMap<String, String>();
        tree.properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return tags;
    }

    private static JsonNode header(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("header " + EventHeaders.TAGS + " is not JSON", e);
        }
    }

    private static String tagsToJson(Map<String, String> tags) {
        var tree = JSON.createObjectNode();
        tags.forEach(tree::put);
        return tree.toString();
    }

    private static @Nullable Publisher publisher(Headers headers) {
        var header = headers.lastHeader(EventHeaders.PUBLISHER);
        return header == null || header.value() == null
                ? null
                : EventCodec.publisher(ByteString.copyFrom(header.value()));
    }
}
