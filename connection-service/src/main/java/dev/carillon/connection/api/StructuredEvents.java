package dev.carillon.connection.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemException.FieldFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads CloudEvents in the JSON format: one, or a batch. Data is taken over as it is written, character by
/// character.
///
/// Confined to one call.
final class StructuredEvents {

    private static final JsonFactory JSON = new JsonFactory();

    private final String text;
    private final JsonParser parser;
    private final Channel channel;
    private final Map<String, String> tags;
    private final Instant now;

    private StructuredEvents(String text, JsonParser parser, Channel channel, Map<String, String> tags, Instant now) {
        this.text = text;
        this.parser = parser;
        this.channel = channel;
        this.tags = tags;
        this.now = now;
    }

    /// What one object held.
    private static final class Parts {
        private final Map<String, String> attributes = new HashMap<>();
        private final Map<String, String> tags;
        private @Nullable String rawData;
        private boolean dataIsText;
        private @Nullable String textData;
        private @Nullable String base64;

        Parts(Map<String, String> tags) {
            this.tags = new HashMap<>(tags);
        }
    }

    /// One event: the whole of `text`.
    ///
    /// @param tags those that came beside it
    /// @throws ProblemException when it is none
    static Event one(String text, Channel channel, Map<String, String> tags, Instant now) {
        return read(text, channel, tags, now, reader -> {
            reader.parser.nextToken();
            return reader.event("/");
        });
    }

    /// A batch: an array of events.
    ///
    /// @throws ProblemException when it is none
    static List<Event> batch(String text, Channel channel, Map<String, String> tags, Instant now) {
        return read(text, channel, tags, now, StructuredEvents::events);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(StructuredEvents reader) throws IOException;
    }

    private static <T> T read(String text, Channel channel, Map<String, String> tags, Instant now, Reading<T> reading) {
        try (var parser = JSON.createParser(text)) {
            var result = reading.from(new StructuredEvents(text, parser, channel, tags, now));
            if (parser.nextToken() != null) {
                throw malformed("something follows the JSON value");
            }
            return result;
        } catch (JsonProcessingException e) {
            throw malformed("the body is not JSON");
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory does not fail", e);
        }
    }

    private List<Event> events() throws IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw malformed("a batch is a JSON array of CloudEvents");
        }
        var events = new ArrayList<Event>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            events.add(event("/" + events.size() + "/"));
        }
        return events;
    }

    private Event event(String pointer) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw malformed("a CloudEvent is a JSON object");
        }
        var parts = new Parts(tags);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            member(pointer, name, parts);
        }
        var contentType = parts.attributes.getOrDefault("datacontenttype", "");
        var data = data(pointer, contentType, parts);
        return new EventAttributes(pointer, parts.attributes)
                .event(channel, contentType(contentType, parts), data, parts.tags, now);
    }

    private void member(String pointer, String name, Parts parts) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL && !name.equals("data")) {
            return;
        }
        switch (name) {
            case "specversion", "id", "type", "source", "time", "datacontenttype" ->
                parts.attributes.put(name, string(pointer + name));
            case "data" -> {
                parts.dataIsText = parser.currentToken() == JsonToken.VALUE_STRING;
                parts.textData = parts.dataIsText ? parser.getText() : null;
                parts.rawData = rawValue();
            }
            case "data_base64" -> parts.base64 = string(pointer + name);
            case "tags" -> tags(pointer + name, parts);
            default -> parser.skipChildren();
        }
    }

    private void tags(String pointer, Parts parts) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw fault(pointer, "must be an object of strings");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            parts.tags.put(name, string(pointer + "/" + name));
        }
    }

    private String string(String pointer) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw fault(pointer, "must be a string");
        }
        return parser.getText();
    }

    /// The current value as it is written.
    private String rawValue() throws IOException {
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        parser.skipChildren();
        parser.finishToken();
        int end = Math.toIntExact(parser.currentLocation().getCharOffset());
        return text.substring(start, end).strip();
    }

    private static ByteString data(String pointer, String contentType, Parts parts) {
        if (parts.base64 != null) {
            if (parts.rawData != null) {
                throw fault(pointer + "data_base64", "there is data already");
            }
            try {
                return ByteString.copyFrom(Base64.getDecoder().decode(parts.base64));
            } catch (IllegalArgumentException e) {
                throw fault(pointer + "data_base64", "is not base64");
            }
        }
        // Text in a JSON string is what the string says, unless the data is JSON itself.
        boolean unwrap = parts.dataIsText && !contentType.isEmpty() && !MediaTypes.isJson(contentType);
        var written = unwrap ? parts.textData : parts.rawData;
        return written == null ? ByteString.EMPTY : ByteString.copyFromUtf8(written);
    }

    private static String contentType(String said, Parts parts) {
        return said.isEmpty() && parts.base64 == null && parts.rawData != null ? MediaTypes.JSON : said;
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.BAD_REQUEST, detail);
    }

    private static ProblemException fault(String pointer, String detail) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST, "the CloudEvent is not valid", List.of(new FieldFault(pointer, detail)));
    }
}
