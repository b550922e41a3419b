package dev.carillon.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;

/// What the JSON rows of state topics have in common. Messages of failures name the member, never a value.
final class RowJson {

    private static final JsonMapper JSON = new JsonMapper();

    private RowJson() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(ObjectNode row) {
        try {
            return JSON.writeValueAsBytes(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    /// @param what the row is of, for the message
    static JsonNode tree(String what, byte[] row) {
        try {
            var tree = JSON.readTree(row);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (IOException e) {
            // Without its cause, because that quotes the row.
            throw unreadable(what);
        }
        throw unreadable(what);
    }

    static <E extends Enum<E>> E choice(String what, Class<E> type, JsonNode tree, String name, E otherwise) {
        var text = tree.path(name).asText("");
        return text.isEmpty() ? otherwise : choice(what, type, name, text);
    }

    static <E extends Enum<E>> E choice(String what, Class<E> type, String name, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " has an unknown " + name, e);
        }
    }

    private static IllegalArgumentException unreadable(String what) {
        return new IllegalArgumentException(what + " is not a JSON object");
    }
}
