package dev.carillon.fanout.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.MediaTypes;
import dev.carillon.fanout.route.Sizes;
import dev.carillon.kit.EventRecords;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Makes events of the records of one source. Pure: the same record always becomes the same event.
///
/// The value is read as JSON only if something is to be found in it. A record without a value, as it stands in
/// compacted topics for what was deleted, becomes an event with the data `null`.
final class Mapping {

    private static final int DEPTH = 1000;

    /// Numbers stay as they are written, as far as JSON can tell.
    private static final JsonMapper JSON = JsonMapper.builder(JsonText.factory(DEPTH))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ByteString NULL = ByteString.copyFromUtf8("null");

    private final Source source;
    private final long maxEventSize;

    /// @param maxEventSize bytes above which an event would not be routed
    Mapping(Source source, long maxEventSize) {
        this.source = source;
        this.maxEventSize = maxEventSize;
    }

    Mapped map(ConsumerRecord<byte[], byte[]> record) {
        var value = source.readsValue() ? tree(record.value()) : MissingNode.getInstance();
        if (value == null) {
            return new Mapped.Unusable(
                    Fault.NOT_JSON, record.value() == null ? "record has no value" : "value is not JSON");
        }
        var channel = source.channel().in(record, value);
        if (channel.isEmpty()) {
            return new Mapped.Unusable(Fault.NO_CHANNEL, "record has no " + source.channel() + ", so no channel");
        }
        var name = source.prefix() + channel;
        var fault = Channel.fault(name);
        if (!fault.isEmpty()) {
            return new Mapped.Unusable(Fault.INVALID_CHANNEL, fault);
        }
        return map(record, value, new Channel(name));
    }

    private Mapped map(ConsumerRecord<byte[], byte[]> record, JsonNode value, Channel channel) {
        if (channel.isReserved()) {
            return new Mapped.Unusable(
                    Fault.INVALID_CHANNEL, "namespace " + Channel.RESERVED_NAMESPACE + " is Carillon's own");
        }
        var type = source.type().in(record, value);
        if (type.length() > Event.MAX_TYPE_LENGTH) {
            return new Mapped.Unusable(
                    Fault.INVALID_TYPE, "type is longer than " + Event.MAX_TYPE_LENGTH + " characters");
        }
        var data = data(record, value);
        if (data == null) {
            return new Mapped.Unusable(Fault.NO_DATA, "value has nothing at " + source.data());
        }
        var event = new Event(
                new Event.Id(EventRecords.id(record)),
                type.isEmpty() ? Event.DEFAULT_TYPE : type,
                "/kafka/" + record.topic(),
                Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                channel,
                contentType(record),
                data,
                Map.of(),
                null);
        if (Sizes.encoded(new LogEntry(1, event)) > maxEventSize) {
            return new Mapped.Unusable(Fault.TOO_LARGE, "event is larger than " + maxEventSize + " bytes");
        }
        return new Mapped.Ready(event, idempotencyKey(record));
    }

    private @Nullable ByteString data(ConsumerRecord<byte[], byte[]> record, JsonNode value) {
        var pointer = source.data();
        if (pointer == null) {
            return record.value() == null ? NULL : UnsafeByteOperations.unsafeWrap(record.value());
        }
        var node = value.at(pointer);
        return node.isMissingNode() ? null : json(node);
    }

    /// What the producer says, unless the event has something else than the value. A structured CloudEvent is
    /// data here like any other: the log must not take it for an event of its own.
    private String contentType(ConsumerRecord<byte[], byte[]> record) {
        if (source.data() != null || record.value() == null) {
            return MediaTypes.JSON;
        }
        var said = EventRecords.text(record.headers(), EventHeaders.CONTENT_TYPE, "");
        return MediaTypes.is(said, MediaTypes.CLOUD_EVENT) ? MediaTypes.JSON : said;
    }

    /// The source is in it because two sources may make different events of a record, and the time because a
    /// topic that was made anew counts from 0 again.
    private String idempotencyKey(ConsumerRecord<byte[], byte[]> record) {
        return source.name()
                + '/'
                + record.topic()
                + '/'
                + record.partition()
                + '/'
                + record.offset()
                + '/'
                + record.timestamp();
    }

    private static @Nullable JsonNode tree(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            var tree = JSON.readTree(value);
            return tree.isMissingNode() ? null : tree;
        } catch (IOException _) {
            return null;
        }
    }

    private static ByteString json(JsonNode node) {
        try {
            return UnsafeByteOperations.unsafeWrap(JSON.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON form", e);
        }
    }
}
