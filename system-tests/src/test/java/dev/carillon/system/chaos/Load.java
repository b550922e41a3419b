package dev.carillon.system.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/// What is published: channels, and data that carries the event's key on every way to everybody.
final class Load {

    static final JsonMapper JSON = new JsonMapper();

    /// Channels of a namespace that knows who is there.
    static final List<String> ROOMS = List.of("room:east", "room:west");

    static final List<String> CHANNELS = Stream.concat(
                    Stream.of("a", "b", "c", "d", "e", "f").map(name -> "chaos:" + name), ROOMS.stream())
            .toList();

    private Load() {}

    /// @param channel for receivers of webhooks, who are not told otherwise
    static String data(String channel, String key) {
        return JSON.createObjectNode().put("channel", channel).put("key", key).toString();
    }

    static String keyOf(JsonNode data) {
        return data.path("key").asText();
    }

    static String keyOf(ByteString data) {
        return keyOf(parse(data.toStringUtf8()));
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("not JSON: " + json, new IOException(e));
        }
    }
}
