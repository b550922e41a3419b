package dev.carillon.fanout.source;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Where a text of a record stands.
sealed interface Pick {

    /// How each begins where an operator writes it.
    String HEADER = "header:";

    String POINTER = "pointer:";
    String CONSTANT = "constant:";

    /// The record's key, as it is.
    record Key() implements Pick {
        @Override
        public String toString() {
            return "key";
        }
    }

    /// A header, the last one of that name.
    record Header(String name) implements Pick {
        @Override
        public String toString() {
            return "header " + name;
        }
    }

    /// A text, a number or a truth value inside the value, which is JSON.
    record Pointer(JsonPointer pointer) implements Pick {
        @Override
        public String toString() {
            return "text at " + pointer;
        }
    }

    /// The same for every record.
    record Constant(String text) implements Pick {}

    /// Reads what an operator wrote: `key`, `header:NAME`, `pointer:/a/b` or `constant:TEXT`.
    ///
    /// @throws IllegalArgumentException when it is none of these
    static Pick parse(String text) {
        if (text.equals("key")) {
            return new Key();
        }
        if (text.startsWith(POINTER)) {
            return new Pointer(pointer(text.substring(POINTER.length())));
        }
        if (text.startsWith(HEADER) && text.length() > HEADER.length()) {
            return new Header(text.substring(HEADER.length()));
        }
        if (text.startsWith(CONSTANT) && text.length() > CONSTANT.length()) {
            return new Constant(text.substring(CONSTANT.length()));
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not one of key, header:NAME, pointer:/a/b, constant:TEXT");
    }

    /// @throws IllegalArgumentException when `text` is no JSON pointer
    static JsonPointer pointer(String text) {
        // Jackson lets a stray `~` stand for itself; RFC 6901 does not.
        if (text.matches("(?s).*~(?![01]).*")) {
            throw new IllegalArgumentException("'" + text + "' is not a JSON pointer: '~' is written ~0, '/' ~1");
        }
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not a JSON pointer: it is empty or begins with /", e);
        }
    }

    /// Whether the value has to be read as JSON.
    default boolean readsValue() {
        return this instanceof Pointer;
    }

    /// The text; empty when there is none.
    ///
    /// @param value of the record as JSON, or a missing node when nothing reads it
    default String in(ConsumerRecord<byte[], byte[]> record, JsonNode value) {
        return switch (this) {
            case Key() -> record.key() == null ? "" : new String(record.key(), StandardCharsets.ISO_8859_1);
            case Header(var name) -> EventRecords.text(record.headers(), name, "");
            case Pointer(var pointer) -> scalar(value.at(pointer));
            case Constant(var text) -> text;
        };
    }

    private static String scalar(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }
}
