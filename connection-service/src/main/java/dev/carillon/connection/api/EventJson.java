package dev.carillon.connection.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.carillon.connection.feed.Framing;
import dev.carillon.contract.Event;
import dev.carillon.contract.JsonText;
import dev.carillon.contract.LogEntry;
import dev.carillon.contract.MediaTypes;
import dev.carillon.contract.Publisher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/// Events as every HTTP endpoint shows them: one JSON object on one line.
///
/// ```json
/// {"id":"…","type":"order.created","source":"/shop","time":"…Z","channel":"orders","offset":42,"data":{…}}
/// ```
///
/// Attributes are named as in CloudEvents. `datacontenttype` is there unless it is `application/json`. Data
/// that is not JSON stands in `data_base64`, as the CloudEvents JSON format has it; no data, no member. `tags`
/// and `publisher` are there when the event has them.
public final class EventJson {

    /// Made once per publication, whoever wants it.
    public static final Framing<ByteString> FRAMING = new Framing<>(Framing.Slot.EVENT_JSON, EventJson::of);

    private static final JsonFactory JSON = new JsonFactory();

    private EventJson() {}

    /// The JSON text, in UTF-8, without any line break.
    public static ByteString of(LogEntry entry) {
        var bytes = ByteString.newOutput(256 + entry.event().data().size());
        try (var json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            writeAttributes(json, entry);
            writeData(json, entry.event());
            writeTags(json, entry.event());
            writePublisher(json, entry.event());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteString();
    }

    /// An answer with events in it: `{"items":[…],…}`, in UTF-8.
    ///
    /// @param items events as JSON
    /// @param rest a JSON object whose members follow; not an empty one
    public static byte[] answer(List<ByteString> items, String rest) {
        var bytes = new ByteArrayOutputStream(64
                + rest.length()
                + items.stream().mapToInt(item -> item.size() + 1).sum());
        bytes.writeBytes("{\"items\":[".getBytes(StandardCharsets.UTF_8));
        var separator = "";
        for (var item : items) {
            bytes.writeBytes(separator.getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(item.toByteArray());
            separator = ",";
        }
        bytes.writeBytes(("]," + rest.substring(1)).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static void writeAttributes(JsonGenerator json, LogEntry entry) throws IOException {
        var event = entry.event();
        json.writeStringField("id", event.id().value());
        json.writeStringField("type", event.type());
        json.writeStringField("source", event.source());
        json.writeStringField("time", event.time().toString());
        json.writeStringField("channel", event.channel().name());
        json.writeNumberField("offset", entry.offset());
    }

    private static void writeData(JsonGenerator json, Event event) throws IOException {
        if (!event.contentType().isEmpty() && !event.contentType().equals(MediaTypes.JSON)) {
            json.writeStringField("datacontenttype", event.contentType());
        }
        if (event.data().isEmpty()) {
            return;
        }
        // Whoever says nothing may well have sent JSON: plain Kafka producers do.
        if (event.contentType().isEmpty() || MediaTypes.isJson(event.contentType())) {
            // Other producers write to the log too, and not all keep their word about the content type.
            var text = JsonText.embeddable(event.data());
            if (text.isPresent()) {
                json.writeFieldName("data");
                json.writeRawValue(text.get());
                return;
            }
        }
        json.writeFieldName("data_base64");
        json.writeBinary(event.data().toByteArray());
    }

    private static void writeTags(JsonGenerator json, Event event) throws IOException {
        if (event.tags().isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("tags");
        for (var tag : new TreeMap<>(event.tags()).entrySet()) {
            json.writeStringField(tag.getKey(), tag.getValue());
        }
        json.writeEndObject();
    }

    private static void writePublisher(JsonGenerator json, Event event) throws IOException {
        var publisher = event.publisher();
        if (publisher == null) {
            return;
        }
        json.writeObjectFieldStart("publisher");
        json.writeStringField("user", publisher.user());
        json.writeStringField("client", publisher.client());
        writeInfo(json, publisher);
        json.writeEndObject();
    }

    private static void writeInfo(JsonGenerator json, Publisher publisher) throws IOException {
        if (publisher.connectionInfo().isEmpty()) {
            return;
        }
        var text = JsonText.embeddable(publisher.connectionInfo());
        if (text.isPresent()) {
            json.writeFieldName("info");
            json.writeRawValue(text.get());
        } else {
            json.writeStringField("info", publisher.connectionInfo().toString(StandardCharsets.ISO_8859_1));
        }
    }
}
