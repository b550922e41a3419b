package dev.carillon.webhook.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// The ledger ([Topics#DELIVERY_ATTEMPT]): JSON for people and sinks, headers for whoever takes a partition
/// over.
public final class AttemptRecords {

    private static final JsonMapper JSON = new JsonMapper();

    private AttemptRecords() {}

    /// What the headers of an entry say to a new owner.
    ///
    /// @param source which record was decided
    /// @param attempt the attempt that was made
    /// @param openUntil when the record was not decided but waited for its next attempt: until then
    /// @param fresh whether it was a delivery as fanout wrote it
    /// @param mark where in the log its event is
    public record Trace(
            Source source,
            String endpoint,
            int attempt,
            @Nullable Instant openUntil,
            boolean fresh,
            @Nullable LogMark mark) {}

    public static ProducerRecord<byte[], byte[]> write(AttemptEntry entry, Instant now) {
        var headers = new RecordHeaders();
        EventRecords.add(headers, DeliveryHeaders.SOURCE_TOPIC, entry.source().topic());
        DeliveryRecords.add(
                headers, DeliveryHeaders.SOURCE_OFFSET, entry.source().offset());
        EventRecords.add(headers, DeliveryHeaders.LANE, entry.lane().text());
        DeliveryRecords.add(headers, DeliveryHeaders.ATTEMPT, entry.attempt());
        EventRecords.add(headers, DeliveryHeaders.OUTCOME, text(entry.result()));
        var next = entry.next();
        if (next != null) {
            DeliveryRecords.add(headers, DeliveryHeaders.DUE, next.toEpochMilli());
        }
        var openUntil = entry.openUntil();
        if (openUntil != null) {
            DeliveryRecords.add(headers, DeliveryHeaders.OPEN_UNTIL, openUntil.toEpochMilli());
        }
        var mark = entry.mark();
        if (mark != null) {
            EventRecords.add(headers, EventHeaders.LOG_EPOCH, mark.epoch());
            DeliveryRecords.add(headers, EventHeaders.LOG_PARTITION, mark.partition());
            DeliveryRecords.add(headers, EventHeaders.LOG_OFFSET, mark.offset());
        }
        return new ProducerRecord<>(
                Topics.DELIVERY_ATTEMPT,
                entry.source().partition(),
                now.toEpochMilli(),
                entry.endpoint().getBytes(StandardCharsets.UTF_8),
                bytes(json(entry)),
                headers);
    }

    /// Says that a command was carried out, or a part of it.
    ///
    /// @param operation that it is a part of; empty when it does not say
    /// @param what was done, for people
    public static ProducerRecord<byte[], byte[]> commanded(
            ConsumerRecord<byte[], byte[]> command, String operation, String what, Instant now) {
        var entry = new AttemptEntry(
                Source.of(command),
                operation,
                "",
                "",
                "",
                Lane.REPLAY,
                null,
                0,
                Result.COMMANDED,
                0,
                what,
                now,
                Duration.ZERO,
                "",
                null,
                null);
        return write(entry, now);
    }

    /// Says that Kafka deleted all deliveries of an endpoint from a source on before they were made. How many they
    /// were, nobody knows any more.
    ///
    /// @param to the offset after the last of them
    public static ProducerRecord<byte[], byte[]> expired(Source from, String endpoint, long to, Instant now) {
        var headers = new RecordHeaders();
        EventRecords.add(headers, DeliveryHeaders.SOURCE_TOPIC, from.topic());
        DeliveryRecords.add(headers, DeliveryHeaders.SOURCE_OFFSET, from.offset());
        EventRecords.add(headers, DeliveryHeaders.OUTCOME, text(Result.EXPIRED));
        var tree = JSON.createObjectNode()
                .put("endpoint", endpoint)
                .put("outcome", text(Result.EXPIRED))
                .put("detail", "deleted by retention before it was made")
                .put("at", now.toString());
        tree.putObject("source")
                .put("topic", from.topic())
                .put("partition", from.partition())
                .put("offset", from.offset())
                .put("until", to);
        return new ProducerRecord<>(
                Topics.DELIVERY_ATTEMPT,
                from.partition(),
                now.toEpochMilli(),
                endpoint.getBytes(StandardCharsets.UTF_8),
                bytes(tree),
                headers);
    }

    /// An entry of which it turns out that what was to follow cannot: dead instead of put off. Other records
    /// stay.
    public static ProducerRecord<byte[], byte[]> asDead(ProducerRecord<byte[], byte[]> entry) {
        if (!entry.topic().equals(Topics.DELIVERY_ATTEMPT) || entry.headers().lastHeader(DeliveryHeaders.DUE) == null) {
            return entry;
        }
        var headers = new RecordHeaders(entry.headers());
        headers.remove(DeliveryHeaders.DUE);
        headers.remove(DeliveryHeaders.OUTCOME);
        EventRecords.add(headers, DeliveryHeaders.OUTCOME, text(Result.DEAD));
        var tree = tree(entry.value());
        tree.remove("next");
        tree.put("outcome", text(Result.DEAD)).put("detail", DeadReason.TOO_LARGE.text());
        return new ProducerRecord<>(
                entry.topic(), entry.partition(), entry.timestamp(), entry.key(), bytes(tree), headers);
    }

    /// @throws IllegalArgumentException when the record is no entry
    public static Trace trace(ConsumerRecord<byte[], byte[]> entry) {
        var headers = entry.headers();
        var topic = EventRecords.text(headers, DeliveryHeaders.SOURCE_TOPIC, "");
        long offset = DeliveryRecords.number(headers, DeliveryHeaders.SOURCE_OFFSET, -1);
        if (topic.isEmpty() || offset < 0 || entry.key() == null) {
            throw new IllegalArgumentException("attempt names no source");
        }
        long openUntil = DeliveryRecords.number(headers, DeliveryHeaders.OPEN_UNTIL, -1);
        return new Trace(
                new Source(topic, entry.partition(), offset),
                new String(entry.key(), StandardCharsets.UTF_8),
                Math.toIntExact(DeliveryRecords.number(headers, DeliveryHeaders.ATTEMPT, 1)),
                openUntil < 0 ? null : Instant.ofEpochMilli(openUntil),
                topic.equals(Topics.DELIVERY_WEBHOOK)
                        && !EventRecords.text(headers, DeliveryHeaders.LANE, "").equals(Lane.REPLAY.text()),
                DeliveryRecords.mark(headers));
    }

    private static ObjectNode json(AttemptEntry entry) {
        var tree = JSON.createObjectNode()
                .put("endpoint", entry.endpoint())
                .put("event", entry.event())
                .put("channel", entry.channel())
                .put("type", entry.type())
                .put("lane", entry.lane().text())
                .put("attempt", entry.attempt())
                .put("outcome", text(entry.result()));
        if (entry.status() > 0) {
            tree.put("status", entry.status());
        }
        if (!entry.detail().isEmpty()) {
            tree.put("detail", entry.detail());
        }
        tree.put("at", entry.at().toString()).put("millis", entry.took().toMillis());
        var next = entry.next();
        if (next != null) {
            tree.put("next", next.toString());
        }
        tree.putObject("source")
                .put("topic", entry.source().topic())
                .put("partition", entry.source().partition())
                .put("offset", entry.source().offset());
        var mark = entry.mark();
        if (mark != null) {
            tree.putObject("log")
                    .put("epoch", mark.epoch())
                    .put("partition", mark.partition())
                    .put("offset", mark.offset());
        }
        if (!entry.body().isEmpty()) {
            tree.put("body", entry.body());
        }
        return tree;
    }

    private static String text(Result result) {
        return result.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode tree(byte[] json) {
        try {
            return JSON.readTree(json) instanceof ObjectNode object ? object : JSON.createObjectNode();
        } catch (IOException e) {
            throw new IllegalStateException("an entry that was just written is JSON", e);
        }
    }

    private static byte[] bytes(ObjectNode tree) {
        try {
            return JSON.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }
}
