package dev.carillon.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Endpoints as rows of [Topics#ENDPOINT_STATE]: JSON, durations as ISO 8601, enums by name. Members that
/// nobody knows are passed over, absent ones have the value that an endpoint gets by default. Safe for use by
/// many threads.
public final class EndpointCodec {

    private static final String WHAT = "endpoint";

    private EndpointCodec() {}

    /// The row, signing secrets included.
    public static byte[] write(Endpoint endpoint) {
        var row = RowJson.object()
                .put("id", endpoint.id())
                .put("owner", endpoint.owner())
                .put("url", endpoint.url())
                .put("description", endpoint.description());
        texts(row.putArray("channels"), endpoint.channels());
        texts(row.putArray("types"), endpoint.types());
        row.put("format", endpoint.format().name())
                .put("ordering", endpoint.ordering().name());
        texts(row.putObject("headers"), endpoint.headers());
        var schedule = endpoint.schedule();
        if (schedule != null) {
            var steps = row.putArray("schedule");
            schedule.forEach(step -> steps.add(step.toString()));
        }
        row.put("enabled", endpoint.enabled());
        texts(row.putObject("metadata"), endpoint.metadata());
        secrets(row.putArray("secrets"), endpoint.secrets());
        row.put("createdAt", endpoint.createdAt().toString()).put("revision", endpoint.revision());
        return RowJson.bytes(row);
    }

    /// @throws IllegalArgumentException when it cannot be read; the message names the member, never a value
    public static Endpoint read(byte[] row) {
        var tree = RowJson.tree(WHAT, row);
        return new Endpoint(
                required(tree, "id"),
                tree.path("owner").asText(""),
                required(tree, "url"),
                tree.path("description").asText(""),
                texts(tree.path("channels")),
                texts(tree.path("types")),
                RowJson.choice(WHAT, Endpoint.Format.class, tree, "format", Endpoint.Format.STANDARD),
                RowJson.choice(WHAT, Endpoint.Ordering.class, tree, "ordering", Endpoint.Ordering.NONE),
                textsByName(tree.path("headers")),
                schedule(tree),
                tree.path("enabled").asBoolean(true),
                textsByName(tree.path("metadata")),
                secrets(tree.path("secrets")),
                instant(tree, "createdAt", Instant.EPOCH),
                tree.path("revision").asLong(0));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static void texts(ObjectNode object, Map<String, String> texts) {
        texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(text -> object.put(text.getKey(), text.getValue()));
    }

    private static void secrets(ArrayNode array, List<Endpoint.Secret> secrets) {
        for (var secret : secrets) {
            var node = array.addObject()
                    .put("key", secret.key())
                    .put("createdAt", secret.createdAt().toString());
            var expiresAt = secret.expiresAt();
            if (expiresAt != null) {
                node.put("expiresAt", expiresAt.toString());
            }
        }
    }

    private static String required(JsonNode tree, String name) {
        var text = tree.path(name).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("endpoint has no " + name);
        }
        return text;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, String> textsByName(JsonNode object) {
        var texts = new HashMap<String, String>();
        object.properties()
                .forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
        return texts;
    }

    private static @Nullable List<Duration> schedule(JsonNode tree) {
        if (!tree.path("schedule").isArray()) {
            return null;
        }
        var steps = new ArrayList<Duration>();
        for (var step : tree.path("schedule")) {
            steps.add(duration(step));
        }
        return steps;
    }

    private static Duration duration(JsonNode step) {
        if (step.isNumber()) {
            return Duration.ofMillis(Math.round(step.asDouble() * 1000));
        }
        try {
            return Duration.parse(step.asText());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("endpoint has an unreadable schedule", e);
        }
    }

    private static List<Endpoint.Secret> secrets(JsonNode array) {
        var secrets = new ArrayList<Endpoint.Secret>();
        for (var node : array) {
            var expiresAt = node.hasNonNull("expiresAt") ? instant(node, "expiresAt", Instant.MAX) : null;
            secrets.add(
                    new Endpoint.Secret(required(node, "key"), instant(node, "createdAt", Instant.EPOCH), expiresAt));
        }
        return secrets;
    }

    private static Instant instant(JsonNode tree, String name, Instant otherwise) {
        var text = tree.path(name).asText("");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("endpoint has an unreadable " + name, e);
        }
    }
}
