package dev.carillon.webhook.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What was attempted lately, the newest first. `incomplete` says that older attempts were not looked at.
@Path("/v1/attempts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class AttemptResource {

    private static final JsonMapper JSON = new JsonMapper();

    /// Entries about how deliveries are kept, not about attempts.
    private static final Set<String> INTERNAL = Set.of("moved", "commanded");

    private final NewestRecords records;

    AttemptResource(NewestRecords records) {
        this.records = records;
    }

    private record Attempt(long time, JsonNode json) {}

    @GET
    public ObjectNode list(
            @QueryParam("endpoint") @Nullable String endpoint,
            @QueryParam("event") @Nullable String event,
            @QueryParam("limit") @Nullable Integer limit) {
        int size = Requests.limit(limit);
        var newest = new PriorityQueue<>(Comparator.comparingLong(Attempt::time));
        boolean isIncomplete = records.visit(Topics.DELIVERY_ATTEMPT, endpoint, entry -> {
            if (endpoint == null || isAbout(entry, endpoint)) {
                var json = json(entry);
                if (isWanted(json, event)) {
                    newest.add(new Attempt(entry.timestamp(), json));
                }
            }
            if (newest.size() > size) {
                newest.poll();
            }
        });
        var answer = JSON.createObjectNode();
        var items = answer.putArray("items");
        newest.stream()
                .sorted(Comparator.comparingLong(Attempt::time).reversed())
                .forEach(attempt -> items.add(attempt.json()));
        if (isIncomplete) {
            answer.put("incomplete", true);
        }
        return answer;
    }

    private static boolean isAbout(ConsumerRecord<byte[], byte[]> entry, String endpoint) {
        return entry.key() != null && new String(entry.key(), StandardCharsets.UTF_8).equals(endpoint);
    }

    private static boolean isWanted(JsonNode json, @Nullable String event) {
        return json.isObject()
                && !INTERNAL.contains(json.path("outcome").asText())
                && (event == null || event.equals(json.path("event").asText()));
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> entry) {
        try {
            return entry.value() == null ? JSON.nullNode() : JSON.readTree(entry.value());
        } catch (IOException e) {
            return JSON.nullNode();
        }
    }
}
