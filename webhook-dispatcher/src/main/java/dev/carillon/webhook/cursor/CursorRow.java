package dev.carillon.webhook.cursor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What of an endpoint's deliveries is not decided, as a row of [Topics#DELIVERY_CURSOR_STATE]: some by their
/// offsets in [Topics#DELIVERY_WEBHOOK], and maybe all from one offset on. Every other delivery of the endpoint
/// is decided, or is so by the consumer group's offsets and the ledger.
///
/// @param from everything of the endpoint at or after this offset is undecided; [Cursor#NONE] for nothing
/// @param open what is undecided besides, all below `from`, and how far each is
/// @param until the endpoint asked not to be attempted before, or null
/// @param failingSince since when it did nothing but fail, or null
/// @param since when it fell behind
public record CursorRow(
        String endpoint,
        Mode mode,
        long from,
        NavigableMap<Long, Try> open,
        @Nullable Instant until,
        @Nullable Instant failingSince,
        Instant since) {

    private static final JsonMapper JSON = new JsonMapper();

    public CursorRow {
        open = Collections.unmodifiableNavigableMap(new TreeMap<>(open));
    }

    /// Whether a delivery of the endpoint waits behind the cursor.
    ///
    /// @param offset in [Topics#DELIVERY_WEBHOOK], in the partition of the row
    public boolean covers(long offset) {
        return (from >= 0 && offset >= from) || open.containsKey(offset);
    }

    ProducerRecord<byte[], byte[]> record(int partition) {
        return new ProducerRecord<>(Topics.DELIVERY_CURSOR_STATE, partition, key(endpoint), bytes());
    }

    /// Ends the row of an endpoint.
    static ProducerRecord<byte[], byte[]> end(String endpoint, int partition) {
        return new ProducerRecord<>(Topics.DELIVERY_CURSOR_STATE, partition, key(endpoint), null);
    }

    /// @throws IllegalArgumentException when it cannot be read
    public static CursorRow read(byte[] value) {
        try {
            return read(JSON.readTree(value));
        } catch (IOException e) {
            throw new IllegalArgumentException("cursor is not JSON", e);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("cursor has an unreadable time", e);
        }
    }

    private static CursorRow read(JsonNode tree) {
        var endpoint = tree.path("endpoint").asText("");
        if (endpoint.isEmpty()) {
            throw new IllegalArgumentException("cursor has no endpoint");
        }
        var open = new TreeMap<Long, Try>();
        long offset = 0;
        for (var step : tree.path("open")) {
            offset += step.asLong();
            open.put(offset, Try.FIRST);
        }
        for (var tried : tree.path("tries")) {
            open.put(tried.path("offset").asLong(), readTry(tried));
        }
        return new CursorRow(
                endpoint,
                Mode.parse(tree.path("mode").asText("")),
                tree.path("from").asLong(Cursor.NONE),
                open,
                instant(tree, "until"),
                instant(tree, "failingSince"),
                Instant.parse(tree.path("since").asText("")));
    }

    private byte[] bytes() {
        var tree = JSON.createObjectNode().put("endpoint", endpoint).put("mode", mode.text());
        if (from >= 0) {
            tree.put("from", from);
        }
        // Steps from one offset to the next, because there may be hundreds.
        var steps = tree.putArray("open");
        var tries = tree.putArray("tries");
        long before = 0;
        for (var entry : open.entrySet()) {
            if (entry.getValue().equals(Try.FIRST)) {
                steps.add(entry.getKey() - before);
                before = entry.getKey();
            } else {
                write(tries.addObject().put("offset", entry.getKey()), entry.getValue());
            }
        }
        put(tree, "until", until);
        put(tree, "failingSince", failingSince);
        tree.put("since", since.toString());
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    private static Try readTry(JsonNode tree) {
        return new Try(
                tree.path("attempt").asInt(1), Instant.parse(tree.path("due").asText("")), instant(tree, "firstAt"));
    }

    private static void write(ObjectNode tree, Try tried) {
        tree.put("attempt", tried.attempt()).put("due", tried.due().toString());
        put(tree, "firstAt", tried.firstAt());
    }

    private static void put(ObjectNode tree, String name, @Nullable Instant time) {
        if (time != null) {
            tree.put(name, time.toString());
        }
    }

    private static @Nullable Instant instant(JsonNode tree, String name) {
        return tree.hasNonNull(name) ? Instant.parse(tree.path(name).asText()) : null;
    }

    private static byte[] key(String endpoint) {
        return endpoint.getBytes(StandardCharsets.UTF_8);
    }
}
