package dev.carillon.webhook.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the JSON of commands and operations has in common. Absent beats `null`.
final class Trees {

    private static final JsonMapper JSON = new JsonMapper();

    private Trees() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// @param what it is, for the message
    /// @throws IllegalArgumentException when it is no JSON object
    static JsonNode read(String what, byte @Nullable [] value) {
        try {
            var tree = JSON.readTree(value == null ? new byte[0] : value);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(what + " is not JSON", e);
        }
        throw new IllegalArgumentException(what + " is not a JSON object");
    }

    static byte[] bytes(ObjectNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    static void put(ObjectNode tree, String name, @Nullable String text) {
        if (text != null) {
            tree.put(name, text);
        }
    }

    static void put(ObjectNode tree, String name, @Nullable Instant time) {
        if (time != null) {
            tree.put(name, time.toString());
        }
    }

    /// Sorted, so that the same texts make the same bytes.
    static void put(ObjectNode tree, String name, Collection<String> texts) {
        if (!texts.isEmpty()) {
            var array = tree.putArray(name);
            texts.stream().sorted().forEach(array::add);
        }
    }

    static String required(JsonNode tree, String name) {
        var text = text(tree, name);
        if (text == null) {
            throw new IllegalArgumentException("member " + name + " is missing");
        }
        return text;
    }

    static @Nullable String text(JsonNode tree, String name) {
        return tree.hasNonNull(name) ? tree.path(name).asText() : null;
    }

    static List<String> texts(JsonNode tree, String name) {
        var texts = new ArrayList<String>();
        tree.path(name).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    static @Nullable Instant instant(JsonNode tree, String name) {
        var text = text(tree, name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("member " + name + " is no time", e);
        }
    }
}
