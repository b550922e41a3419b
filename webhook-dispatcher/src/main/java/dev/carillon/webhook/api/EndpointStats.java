package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Adds the attempts at one endpoint up, over the last hour and the last day. Knows no I/O; confined to one
/// thread.
final class EndpointStats {

    private static final JsonMapper JSON = new JsonMapper();

    private final Instant hourAgo;
    private final Window hour = new Window();
    private final Window day = new Window();
    private final Instant dayAgo;
    private @Nullable Instant lastSuccess;
    private @Nullable Instant lastFailure;

    EndpointStats(Instant hourAgo, Instant dayAgo) {
        this.hourAgo = hourAgo;
        this.dayAgo = dayAgo;
    }

    /// An entry of the endpoint, of whatever kind.
    void hear(ConsumerRecord<byte[], byte[]> entry) {
        var at = Instant.ofEpochMilli(Math.max(0, entry.timestamp()));
        if (entry.value() == null || at.isBefore(dayAgo)) {
            return;
        }
        try {
            hear(JSON.readTree(entry.value()), at);
        } catch (IOException _) {
            // Not ours.
        }
    }

    private void hear(JsonNode entry, Instant at) {
        switch (entry.path("outcome").asText()) {
            case "delivered" -> lastSuccess = at;
            case "failed", "paused" -> lastFailure = at;
            case "dead", "cancelled", "expired" -> {}
            default -> {
                return;
            }
        }
        day.hear(entry);
        if (!at.isBefore(hourAgo)) {
            hour.hear(entry);
        }
    }

    ObjectNode view() {
        var view = JSON.createObjectNode();
        view.set("hour", hour.view());
        view.set("day", day.view());
        if (lastSuccess != null) {
            view.put("lastSuccess", lastSuccess.toString());
        }
        if (lastFailure != null) {
            view.put("lastFailure", lastFailure.toString());
        }
        return view;
    }

    /// Counts and latencies of a while.
    private static final class Window {
        private final Map<String, Long> outcomes = new TreeMap<>();
        private int[] millis = new int[64];
        private int count;

        void hear(JsonNode entry) {
            var outcome = entry.path("outcome").asText();
            outcomes.merge(outcome, 1L, Long::sum);
            if (outcome.equals("delivered") || outcome.equals("failed")) {
                millis = count == millis.length ? Arrays.copyOf(millis, 2 * count) : millis;
                millis[count++] = entry.path("millis").asInt();
            }
        }

        ObjectNode view() {
            var view = JSON.createObjectNode();
            var counts = view.putObject("outcomes");
            outcomes.forEach(counts::put);
            if (count == 0) {
                return view;
            }
            var sorted = Arrays.copyOf(millis, count);
            Arrays.sort(sorted);
            view.put("successRate", (double) outcomes.getOrDefault("delivered", 0L) / count);
            view.putObject("millis")
                    .put("p50", percentile(sorted, 50))
                    .put("p95", percentile(sorted, 95))
                    .put("p99", percentile(sorted, 99));
            return view;
        }
    }

    /// The smallest of the values that so many percent are at or below.
    static int percentile(int[] sorted, int percent) {
        int rank = (int) Math.ceil(sorted.length * percent / 100.0);
        return sorted[Math.max(0, rank - 1)];
    }
}
