package dev.carillon.connection.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a publish request says: plain data, or a CloudEvent in binary, structured or batched mode (CloudEvents
/// HTTP binding).
///
/// Pure functions; whatever is wrong is a [ProblemException].
final class EventReader {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> ATTRIBUTES = List.of("specversion", "id", "type", "source", "time");

    private EventReader() {}

    /// A request to publish.
    ///
    /// @param contentType of the request, empty when it says none
    /// @param header the value of a header by its lower-case name
    record Request(Channel channel, String contentType, Function<String, @Nullable String> header, ByteString body) {}

    /// The answer's form follows the question's.
    sealed interface Content {

        record One(Event event) implements Content {}

        record Batch(List<Event> events) implements Content {
            public Batch {
                events = List.copyOf(events);
            }
        }
    }

    /// @throws ProblemException when the request is not what it should be
    static Content read(Request request, Instant now) {
        var tags = tags(request.header().apply("carillon-tags"));
        if (MediaTypes.is(request.contentType(), MediaTypes.CLOUD_EVENT_BATCH)) {
            return new Content.Batch(StructuredEvents.batch(text(request), request.channel(), tags, now));
        }
        if (MediaTypes.is(request.contentType(), MediaTypes.CLOUD_EVENT)) {
            return new Content.One(StructuredEvents.one(text(request), request.channel(), tags, now));
        }
        var contentType = dataContentType(request);
        return new Content.One(new EventAttributes("ce-", attributes(request))
                .event(request.channel(), contentType, request.body(), tags, now));
    }

    /// The type of plain data. JSON must be JSON; who says nothing (or what `curl -d` says by itself) means
    /// JSON, if it is.
    private static String dataContentType(Request request) {
        var said = request.contentType();
        if (said.isEmpty() || MediaTypes.is(said, MediaTypes.FORM)) {
            return JsonText.isJson(request.body()) ? MediaTypes.JSON : said;
        }
        if (MediaTypes.isJson(said) && !JsonText.isJson(request.body())) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body is not JSON in UTF-8");
        }
        return said;
    }

    private static Map<String, String> attributes(Request request) {
        var found = new HashMap<String, String>();
        for (var name : ATTRIBUTES) {
            var value = request.header().apply("ce-" + name);
            if (value != null) {
                found.put(name, decoded("ce-" + name, value));
            }
        }
        var key = Publishing.idempotencyKey(request.header().apply("idempotency-key"));
        if (key != null) {
            found.putIfAbsent("id", KeyedIds.of(request.channel(), key));
        }
        return found;
    }

    private static String decoded(String header, String value) {
        try {
            return HeaderText.decode(value);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "a header is not encoded as it should be",
                    List.of(new FieldFault(header, String.valueOf(e.getMessage()))));
        }
    }

    private static Map<String, String> tags(@Nullable String header) {
        if (header == null) {
            return Map.of();
        }
        var tags = new HashMap<String, String>();
        try {
            var tree = JSON.readTree(header);
            if (!tree.isObject()) {
                throw badTags();
            }
            for (var tag : tree.properties()) {
                if (!tag.getValue().isTextual()) {
                    throw badTags();
                }
                tags.put(tag.getKey(), tag.getValue().asText());
            }
        } catch (JsonProcessingException e) {
            throw badTags();
        }
        return tags;
    }

    private static ProblemException badTags() {
        return ProblemException.of(
                ProblemType.BAD_REQUEST,
                "the tags are not valid",
                List.of(new FieldFault("Carillon-Tags", "must be a JSON object of strings")));
    }

    private static String text(Request request) {
        if (!request.body().isValidUtf8()) {
            throw ProblemException.of(ProblemType.BAD_REQUEST, "the body is not UTF-8");
        }
        return request.body().toStringUtf8();
    }

    /// Wraps a body without copying it; nobody writes to it any more.
    static ByteString bytes(byte[] body) {
        return UnsafeByteOperations.unsafeWrap(body);
    }
}
