package dev.carillon.webhook.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What the owner of an endpoint found out about it: a record of [Topics#DELIVERY_COMMAND] from the owner to itself,
/// or to whoever comes after it.
///
/// It is written with the decision that it follows from, in one transaction, and followed up after that. The
/// endpoint's row and the log of events are everybody's: a transaction there that a kill leaves open would hold
/// everybody up until Kafka gives it up; here it holds up nobody but the next owner.
///
/// @param revision of the endpoint that it is about
/// @param reason why, for programs; empty for none
/// @param at when it was found out, which also tells one finding from the next
public record Finding(Kind kind, String endpoint, long revision, String reason, Instant at) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String COMMAND = "follow-up";

    /// What was found out.
    public enum Kind {
        /// It wants nothing any more, or nobody should try: it is to be disabled.
        HOPELESS,
        /// It is left alone for a while.
        FAILING
    }

    public static Finding hopeless(Endpoint endpoint, String reason, Instant at) {
        return new Finding(Kind.HOPELESS, endpoint.id(), endpoint.state().revision(), reason, at);
    }

    public static Finding failing(Endpoint endpoint, Instant at) {
        return new Finding(Kind.FAILING, endpoint.id(), endpoint.state().revision(), "", at);
    }

    /// @param partition whose owner follows it up
    public ProducerRecord<byte[], byte[]> record(int partition) {
        var tree = JSON.createObjectNode()
                .put("command", COMMAND)
                .put("kind", kind.name())
                .put("endpoint", endpoint)
                .put("revision", revision)
                .put("reason", reason)
                .put("at", at.toString());
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

    /// The finding in a record, or null when it is another command, or none.
    public static @Nullable Finding read(byte @Nullable [] value) {
        try {
            var tree = value == null ? null : JSON.readTree(value);
            if (tree == null || !tree.path("command").asText().equals(COMMAND)) {
                return null;
            }
            return new Finding(
                    Kind.valueOf(tree.path("kind").asText()),
                    tree.path("endpoint").asText(),
                    tree.path("revision").asLong(),
                    tree.path("reason").asText(),
                    Instant.parse(tree.path("at").asText()));
        } catch (IOException | DateTimeException | IllegalArgumentException _) {
            return null;
        }
    }
}
