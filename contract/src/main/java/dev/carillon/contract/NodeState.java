package dev.carillon.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/// A heartbeat of a node: the value of [Topics#NODE_STATE], as JSON. A clean end is a tombstone.
///
/// @param node the node's name, unique in the cluster
/// @param incarnation grows with every start of the node; what an older one followed is void
/// @param startedAt when this incarnation started
/// @param connections clients connected at the moment
public record NodeState(String node, long incarnation, Instant startedAt, int connections) {

    private static final JsonMapper JSON = new JsonMapper();

    public byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("node", node)
                    .put("incarnation", incarnation)
                    .put("startedAt", startedAt.toString())
                    .put("connections", connections));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON form", e);
        }
    }

    /// @throws IllegalArgumentException when `json` is no heartbeat
    public static NodeState fromJson(byte[] json) {
        try {
            var tree = JSON.readTree(json);
            return new NodeState(
                    tree.path("node").asText(),
                    tree.path("incarnation").asLong(),
                    Instant.parse(tree.path("startedAt").asText()),
                    tree.path("connections").asInt());
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("not a heartbeat", e);
        }
    }
}
