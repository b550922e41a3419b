package dev.carillon.webhook.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Which deliveries of a partition wait behind cursors: below the group's offset, without an attempt that ends
/// them, and yet not lost. Read from the topic alone. Confined to one thread.
final class CursorPlaces {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Place> places = new HashMap<>();

    /// @param from everything from here on waits, or -1
    /// @param open single deliveries that wait
    private record Place(long from, Set<Long> open) {}

    void hear(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            return;
        }
        var endpoint = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            places.remove(endpoint);
        } else {
            places.put(endpoint, place(json(row.value())));
        }
    }

    boolean covers(String endpoint, long offset) {
        var place = places.get(endpoint);
        return place != null
                && ((place.from() >= 0 && offset >= place.from())
                        || place.open().contains(offset));
    }

    /// The first delivery that waits, or `otherwise` when none does.
    long first(String endpoint, long otherwise) {
        var place = places.get(endpoint);
        if (place == null) {
            return otherwise;
        }
        long first = place.from() >= 0 ? Math.min(place.from(), otherwise) : otherwise;
        return place.open().stream().mapToLong(Long::longValue).reduce(first, Math::min);
    }

    private static Place place(JsonNode row) {
        var open = new HashSet<Long>();
        long offset = 0;
        for (var step : row.path("open")) {
            offset += step.asLong();
            open.add(offset);
        }
        row.path("tries").forEach(tried -> open.add(tried.path("offset").asLong()));
        return new Place(row.path("from").asLong(-1), open);
    }

    private static JsonNode json(byte[] row) {
        try {
            return JSON.readTree(row);
        } catch (IOException e) {
            throw new IllegalArgumentException("cursor is not JSON", e);
        }
    }
}
