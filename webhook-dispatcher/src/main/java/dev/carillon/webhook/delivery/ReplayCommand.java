package dev.carillon.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Asks the owner of a partition to deliver its dead letters again: a record of [Topics#DELIVERY_COMMAND].
///
/// @param operation names it
/// @param endpoint only this one's, or all
/// @param events only these, or all when empty
/// @param since only what was given up at or after it
/// @param until only what was given up before it
/// @param again also what was replayed before
/// @param after where in the dead letters to go on
/// @param end where in the dead letters it ends, or -1 until it has begun: what dies again meanwhile stays dead
public record ReplayCommand(
        String operation,
        @Nullable String endpoint,
        Set<String> events,
        @Nullable Instant since,
        @Nullable Instant until,
        boolean again,
        long after,
        long end) {

    private static final JsonMapper JSON = new JsonMapper();

    public ReplayCommand {
        events = Set.copyOf(events);
    }

    /// What is left when it has come so far.
    public ReplayCommand from(long after, long end) {
        return new ReplayCommand(operation, endpoint, events, since, until, again, after, end);
    }

    public ProducerRecord<byte[], byte[]> record(int partition) {
        var tree = JSON.createObjectNode().put("command", "replay").put("operation", operation);
        if (endpoint != null) {
            tree.put("endpoint", endpoint);
        }
        var ids = tree.putArray("events");
        events.forEach(ids::add);
        if (since != null) {
            tree.put("since", since.toString());
        }
        if (until != null) {
            tree.put("until", until.toString());
        }
        tree.put("again", again).put("after", after).put("end", end);
        try {
            return new ProducerRecord<>(Topics.DELIVERY_COMMAND, partition, key(), JSON.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    /// @throws IllegalArgumentException when it is no such command
    public static ReplayCommand read(byte @Nullable [] value) {
        var tree = tree(value == null ? new byte[0] : value);
        if (!tree.path("command").asText().equals("replay")) {
            throw new IllegalArgumentException("command is unknown");
        }
        var events = new HashSet<String>();
        tree.path("events").forEach(id -> events.add(id.asText()));
        return new ReplayCommand(
                tree.path("operation").asText(),
                tree.hasNonNull("endpoint") ? tree.path("endpoint").asText() : null,
                events,
                instant(tree, "since"),
                instant(tree, "until"),
                tree.path("again").asBoolean(false),
                tree.path("after").asLong(0),
                tree.path("end").asLong(-1));
    }

    private byte @Nullable [] key() {
        return endpoint == null ? null : endpoint.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode tree(byte[] value) {
        try {
            var tree = JSON.readTree(value);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("command is not JSON", e);
        }
        throw new IllegalArgumentException("command is not a JSON object");
    }

    private static @Nullable Instant instant(JsonNode tree, String name) {
        if (!tree.hasNonNull(name)) {
            return null;
        }
        try {
            return Instant.parse(tree.path(name).asText());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("command has an unreadable " + name, e);
        }
    }
}
