package dev.carillon.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Asks the owner of an endpoint to deliver again what was owed to it in a stretch of time: a record of
/// [Topics#DELIVERY_COMMAND].
///
/// @param operation names it
/// @param since only what was accepted at or after it; null for everything that Kafka still has
/// @param until only what was accepted before it, or null
/// @param missing only what the ledger does not call delivered
/// @param after where in [Topics#DELIVERY_WEBHOOK] to go on, or -1 until it has begun
/// @param end where there it ends, or -1 until it has begun: what is accepted meanwhile is delivered anyway
/// @param done how many deliveries it has made so far
/// @param began when, or null until then
public record RecoverCommand(
        String operation,
        String endpoint,
        @Nullable Instant since,
        @Nullable Instant until,
        boolean missing,
        long after,
        long end,
        long done,
        @Nullable Instant began) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ALL = "recover";
    private static final String MISSING = "replay-missing";

    /// One that has not begun.
    public static RecoverCommand of(
            String operation, String endpoint, @Nullable Instant since, @Nullable Instant until, boolean missing) {
        return new RecoverCommand(operation, endpoint, since, until, missing, -1, -1, 0, null);
    }

    /// What is left when it has come so far.
    public RecoverCommand from(long next, long last, long more, Instant now) {
        var first = began == null ? now : began;
        return new RecoverCommand(operation, endpoint, since, until, missing, next, last, done + more, first);
    }

    public ProducerRecord<byte[], byte[]> record(int partition) {
        var tree = JSON.createObjectNode()
                .put("command", missing ? MISSING : ALL)
                .put("operation", operation)
                .put("endpoint", endpoint);
        if (since != null) {
            tree.put("since", since.toString());
        }
        if (until != null) {
            tree.put("until", until.toString());
        }
        tree.put("after", after).put("end", end).put("done", done);
        if (began != null) {
            tree.put("began", began.toString());
        }
        try {
            return new ProducerRecord<>(
                    Topics.DELIVERY_COMMAND,
                    partition,
                    endpoint.getBytes(StandardCharsets.UTF_8),
                    JSON.writeValueAsBytes(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }

    /// The command in a record, or null when it is another one, or none.
    public static @Nullable RecoverCommand read(byte @Nullable [] value) {
        try {
            var tree = value == null ? null : JSON.readTree(value);
            var name = tree == null ? "" : tree.path("command").asText();
            boolean isOne = name.equals(ALL) || name.equals(MISSING);
            return tree == null || !isOne || !tree.path("endpoint").isTextual() ? null : read(tree);
        } catch (IOException | DateTimeException _) {
            return null;
        }
    }

    private static RecoverCommand read(JsonNode tree) {
        return new RecoverCommand(
                tree.path("operation").asText(),
                tree.path("endpoint").asText(),
                instant(tree, "since"),
                instant(tree, "until"),
                tree.path("command").asText().equals(MISSING),
                tree.path("after").asLong(-1),
                tree.path("end").asLong(-1),
                tree.path("done").asLong(0),
                instant(tree, "began"));
    }

    private static @Nullable Instant instant(JsonNode tree, String name) {
        return tree.hasNonNull(name) ? Instant.parse(tree.path(name).asText()) : null;
    }
}
