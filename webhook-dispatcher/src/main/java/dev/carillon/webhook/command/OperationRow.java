package dev.carillon.webhook.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// A row of [Topics#OPERATION_STATE]. Written by whoever answers the request, or by the owner of a partition in
/// one transaction with what it tells of, so that it never says more than is done.
public sealed interface OperationRow {

    String key();

    ObjectNode json();

    default ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(
                Topics.OPERATION_STATE, 0, key().getBytes(StandardCharsets.UTF_8), Trees.bytes(json()));
    }

    /// @throws IllegalArgumentException when it is no row
    static OperationRow read(byte[] value) {
        var tree = Trees.read("row", value);
        return switch (tree.path("row").asText()) {
            case "operation" -> Asked.read(tree);
            case "progress" -> Progress.read(tree);
            case "cancellation" -> Cancellation.read(tree);
            default -> throw new IllegalArgumentException("row is unknown");
        };
    }

    /// That an operation was asked for.
    ///
    /// @param command what, as in commands: `replay`, `purge`, `resend`, `cancel`…
    /// @param owner whose it is, when it is about one owner's endpoints only
    /// @param subject what it is about, for people: members as in the request
    /// @param partitions whose owners have to do it
    /// @param isCancelled whether nothing more of it is wanted
    record Asked(
            String operation,
            String command,
            @Nullable String owner,
            JsonNode subject,
            List<Integer> partitions,
            Instant createdAt,
            boolean isCancelled)
            implements OperationRow {

        public Asked {
            partitions = List.copyOf(partitions);
        }

        /// The same, but no more of it.
        public Asked cancelled() {
            return new Asked(operation, command, owner, subject, partitions, createdAt, true);
        }

        @Override
        public String key() {
            return operation;
        }

        @Override
        public ObjectNode json() {
            var tree = Trees.object()
                    .put("row", "operation")
                    .put("operation", operation)
                    .put("command", command)
                    .put("createdAt", createdAt.toString())
                    .put("cancelled", isCancelled);
            Trees.put(tree, "owner", owner);
            tree.set("subject", subject);
            var numbers = tree.putArray("partitions");
            partitions.forEach(numbers::add);
            return tree;
        }

        private static Asked read(JsonNode tree) {
            var partitions = new java.util.ArrayList<Integer>();
            tree.path("partitions").forEach(number -> partitions.add(number.asInt()));
            var createdAt = Trees.instant(tree, "createdAt");
            return new Asked(
                    Trees.required(tree, "operation"),
                    Trees.required(tree, "command"),
                    Trees.text(tree, "owner"),
                    tree.path("subject"),
                    partitions,
                    createdAt == null ? Instant.EPOCH : createdAt,
                    tree.path("cancelled").asBoolean(false));
        }
    }

    /// How far the owner of one partition is.
    ///
    /// @param done how many letters or deliveries it has dealt with
    /// @param remaining how many are left, as far as is known
    /// @param detail for people, or empty
    record Progress(
            String operation,
            int partition,
            Stage stage,
            long done,
            long remaining,
            Instant began,
            Instant updated,
            String detail)
            implements OperationRow {

        /// Where it stands.
        public enum Stage {
            RUNNING,
            DONE,
            CANCELLED,
            FAILED;

            /// As in JSON.
            public String text() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        /// The key of the row of one partition.
        public static String key(String operation, int partition) {
            return operation + "/" + partition;
        }

        @Override
        public String key() {
            return key(operation, partition);
        }

        @Override
        public ObjectNode json() {
            var tree = Trees.object()
                    .put("row", "progress")
                    .put("operation", operation)
                    .put("partition", partition)
                    .put("state", stage.text())
                    .put("done", done)
                    .put("remaining", remaining)
                    .put("began", began.toString())
                    .put("updated", updated.toString());
            Trees.put(tree, "detail", detail.isEmpty() ? null : detail);
            return tree;
        }

        private static Progress read(JsonNode tree) {
            var began = Trees.instant(tree, "began");
            var updated = Trees.instant(tree, "updated");
            var detail = Trees.text(tree, "detail");
            return new Progress(
                    Trees.required(tree, "operation"),
                    tree.path("partition").asInt(),
                    Stage.valueOf(Trees.required(tree, "state").toUpperCase(Locale.ROOT)),
                    tree.path("done").asLong(),
                    tree.path("remaining").asLong(),
                    began == null ? Instant.EPOCH : began,
                    updated == null ? Instant.EPOCH : updated,
                    detail == null ? "" : detail);
        }
    }

    /// That a delivery is attempted no more. Kept for longer than any retry of it can wait.
    ///
    /// @param before deliveries that came at or after this offset are not meant
    record Cancellation(String endpoint, String event, long before, String operation) implements OperationRow {

        /// The key of the row about one delivery.
        public static String key(String endpoint, String event) {
            return "cancel/" + endpoint + "/" + event;
        }

        @Override
        public String key() {
            return key(endpoint, event);
        }

        @Override
        public ObjectNode json() {
            return Trees.object()
                    .put("row", "cancellation")
                    .put("endpoint", endpoint)
                    .put("event", event)
                    .put("before", before)
                    .put("operation", operation);
        }

        private static Cancellation read(JsonNode tree) {
            return new Cancellation(
                    Trees.required(tree, "endpoint"),
                    Trees.required(tree, "event"),
                    tree.path("before").asLong(),
                    Trees.required(tree, "operation"));
        }
    }
}
