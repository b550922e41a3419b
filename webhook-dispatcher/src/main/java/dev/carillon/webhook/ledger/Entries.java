package dev.carillon.webhook.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.webhook.delivery.DeliveryRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Attempts as the accounting understands them: by their headers, which are cheaper than their JSON.
final class Entries {

    private static final JsonMapper JSON = new JsonMapper();

    private Entries() {}

    /// Null when it is about no delivery.
    ///
    /// @throws IllegalArgumentException when it cannot be read
    static @Nullable Entry read(ConsumerRecord<byte[], byte[]> record) {
        var headers = record.headers();
        var topic = EventRecords.text(headers, DeliveryHeaders.SOURCE_TOPIC, "");
        if (record.key() == null || topic.equals(Topics.DELIVERY_COMMAND)) {
            return null;
        }
        long source = DeliveryRecords.number(headers, DeliveryHeaders.SOURCE_OFFSET, -1);
        long origin = DeliveryRecords.number(
                headers, DeliveryHeaders.ORIGIN, topic.equals(Topics.DELIVERY_WEBHOOK) ? source : -1);
        if (origin < 0) {
            return null;
        }
        var endpoint = new String(record.key(), StandardCharsets.UTF_8);
        var outcome = EventRecords.text(headers, DeliveryHeaders.OUTCOME, "");
        boolean hasNext = headers.lastHeader(DeliveryHeaders.DUE) != null
                || headers.lastHeader(DeliveryHeaders.OPEN_UNTIL) != null;
        if (!outcome.isEmpty() && !outcome.equals(Fate.EXPIRED.text())) {
            return new Entry(endpoint, origin, origin + 1, fate(outcome, hasNext), outcome);
        }
        var json = json(record.value());
        outcome = json.path("outcome").asText("");
        long until = json.path("source").path("until").asLong(origin + 1);
        return new Entry(endpoint, origin, until, fate(outcome, hasNext || json.has("next")), outcome);
    }

    static @Nullable Fate fate(String outcome, boolean hasNext) {
        return switch (outcome) {
            case "delivered" -> Fate.DELIVERED;
            case "dead" -> Fate.DEAD;
            case "failed" -> hasNext ? null : Fate.DEAD;
            case "cancelled" -> Fate.CANCELLED;
            case "expired" -> Fate.EXPIRED;
            case "repeated" -> Fate.REPEATED;
            default -> null;
        };
    }

    private static JsonNode json(byte @Nullable [] value) {
        try {
            return JSON.readTree(value == null ? new byte[0] : value);
        } catch (IOException e) {
            throw new IllegalArgumentException("attempt is not JSON", e);
        }
    }
}
