package dev.carillon.webhook.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Endpoint.Standing;
import dev.carillon.contract.Event;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/// What Carillon publishes about endpoints, on `carillon:endpoint.<id>`, as records of the log.
///
/// The id of an event is made of what happened and the endpoint's revision: who tells the same again, after a
/// kill or because two attempts came to the same end, tells it in the same words, and the log's owner drops the
/// repeat.
public final class EndpointEvents {

    private static final JsonMapper JSON = new JsonMapper();

    private EndpointEvents() {}

    /// What there is to tell when an endpoint changes.
    public static List<ProducerRecord<byte[], byte[]>> between(Endpoint before, Endpoint after, Instant now) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        boolean isEnabled = after.state().enabled();
        if (before.state().enabled() != isEnabled) {
            var what = isEnabled ? Lifecycle.ENDPOINT_ENABLED : Lifecycle.ENDPOINT_DISABLED;
            records.add(record(what, after, after.state().disabledReason(), now));
        }
        if (before.state().standing() != Standing.VERIFIED && after.state().standing() == Standing.VERIFIED) {
            records.add(record(Lifecycle.ENDPOINT_VERIFIED, after, "", now));
        }
        return records;
    }

    /// That something happened to an endpoint.
    ///
    /// @param endpoint as it is from now on, or as it was when it is no more
    /// @param reason why, for programs; empty for none
    public static ProducerRecord<byte[], byte[]> record(Lifecycle what, Endpoint endpoint, String reason, Instant now) {
        return record(what, endpoint, reason, Long.toString(endpoint.state().revision()), now);
    }

    /// That an endpoint did nothing but fail lately, and is tried less often from now on. It may come to that again
    /// without a change of the endpoint: the time tells one from the other.
    public static ProducerRecord<byte[], byte[]> failing(Endpoint endpoint, Instant now) {
        return record(Lifecycle.ENDPOINT_FAILING, endpoint, "", Long.toString(now.toEpochMilli()), now);
    }

    private static ProducerRecord<byte[], byte[]> record(
            Lifecycle what, Endpoint endpoint, String reason, String which, Instant now) {
        var channel = Lifecycle.endpoint(endpoint.id());
        var id = new Event.Id(what.type().replace('.', '-') + '-' + endpoint.id() + '-' + which);
        var event = what.event(id, channel, now, UnsafeByteOperations.unsafeWrap(data(endpoint, reason)));
        return new ProducerRecord<>(
                Topics.EVENT_PUBLISHED,
                null,
                null,
                channel.name().getBytes(StandardCharsets.US_ASCII),
                event.data().toByteArray(),
                EventRecords.headers(event, id.value()));
    }

    /// No URL and no metadata: others than its owner may read this.
    private static byte[] data(Endpoint endpoint, String reason) {
        var data = JSON.createObjectNode().put("endpoint", endpoint.id());
        var owner = endpoint.settings().owner();
        if (!owner.isEmpty()) {
            data.put("owner", owner);
        }
        if (!reason.isEmpty()) {
            data.put("reason", reason);
        }
        data.put("enabled", endpoint.state().enabled())
                .put("revision", endpoint.state().revision());
        try {
            return JSON.writeValueAsBytes(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values has a JSON form", e);
        }
    }
}
