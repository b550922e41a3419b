package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.testkit.KafkaProbe;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.endpoint.EndpointRows;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What fanout and operators would have written, for tests.
public final class Deliveries {

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

    private Deliveries() {}

    static void createTopics(KafkaProbe probe) {
        var log = Topics.events(EngineProcess.PARTITIONS);
        probe.createTopic(log.name(), log.partitions(), log.configuration());
        for (var spec : Topics.deliveries(EngineProcess.PARTITIONS)) {
            probe.createTopic(spec.name(), spec.partitions(), spec.configuration());
        }
        for (var tier : EngineProcess.TIERS) {
            var spec = Topics.retry(tier, EngineProcess.PARTITIONS);
            probe.createTopic(spec.name(), spec.partitions(), spec.configuration());
        }
    }

    static Endpoint endpoint(String id, URI url) {
        return new Endpoint(
                id,
                Endpoint.Settings.of(url.toString()),
                new Endpoint.Keys(List.of(new Endpoint.Secret(SECRET, Instant.EPOCH, null)), null),
                Endpoint.State.initial(Instant.EPOCH, Endpoint.Standing.VERIFIED));
    }

    /// The same, one delivery after the other.
    static Endpoint ordered(Endpoint endpoint, Endpoint.OnHeadExhausted onHeadExhausted) {
        var settings = endpoint.settings();
        return with(endpoint, Endpoint.Ordering.ENDPOINT, onHeadExhausted, settings.schedule(), settings.giveUpOn());
    }

    /// The same, with no further attempt after a status.
    static Endpoint givingUpOn(Endpoint endpoint, int status) {
        var settings = endpoint.settings();
        return with(endpoint, settings.ordering(), settings.onHeadExhausted(), settings.schedule(), Set.of(status));
    }

    /// The same with an hour between its attempts.
    static Endpoint patient(Endpoint endpoint) {
        var settings = endpoint.settings();
        var schedule = List.of(Duration.ofHours(1));
        return with(endpoint, settings.ordering(), settings.onHeadExhausted(), schedule, settings.giveUpOn());
    }

    private static Endpoint with(
            Endpoint endpoint,
            Endpoint.Ordering ordering,
            Endpoint.OnHeadExhausted onHeadExhausted,
            @Nullable List<Duration> schedule,
            Set<Integer> giveUpOn) {
        var settings = endpoint.settings();
        return endpoint.with(new Endpoint.Settings(
                settings.owner(),
                settings.url(),
                settings.description(),
                settings.channels(),
                settings.types(),
                settings.format(),
                ordering,
                onHeadExhausted,
                settings.headers(),
                schedule,
                settings.rateLimit(),
                giveUpOn,
                settings.signatureStyles(),
                settings.verification(),
                settings.metadata()));
    }

    /// The newest cursor row of each endpoint that has one.
    static Map<String, CursorRow> cursors(KafkaProbe probe) {
        var rows = new HashMap<String, CursorRow>();
        for (var record : probe.read(Topics.DELIVERY_CURSOR_STATE)) {
            var endpoint = new String(record.key(), UTF_8);
            if (record.value() == null) {
                rows.remove(endpoint);
            } else {
                rows.put(endpoint, CursorRow.read(record.value()));
            }
        }
        return rows;
    }

    static void register(KafkaProbe probe, Endpoint endpoint) {
        probe.produce(EndpointRows.row(endpoint));
    }

    static ProducerRecord<byte[], byte[]> delivery(String endpoint, String event, long logOffset) {
        var value = new Event(
                new Event.Id(event),
                "order.created",
                "/shop",
                Instant.parse("2026-01-02T03:04:05Z"),
                new Channel("orders"),
                "application/json",
                ByteString.copyFromUtf8("{\"n\":" + logOffset + "}"),
                Map.of(),
                null);
        return delivery(endpoint, value, logOffset);
    }

    /// An event that matches an endpoint.
    public static ProducerRecord<byte[], byte[]> delivery(String endpoint, Event event, long logOffset) {
        var headers = EventRecords.headers(event, null);
        EventRecords.add(headers, EventHeaders.CHANNEL, event.channel().name());
        EventRecords.add(headers, EventHeaders.LOG_EPOCH, "e1");
        EventRecords.add(headers, EventHeaders.LOG_PARTITION, "0");
        EventRecords.add(headers, EventHeaders.LOG_OFFSET, Long.toString(logOffset));
        return new ProducerRecord<>(
                Topics.DELIVERY_WEBHOOK,
                null,
                endpoint.getBytes(UTF_8),
                event.data().toByteArray(),
                headers);
    }

    /// All that the ledger says, in its order per partition.
    static List<AttemptRecords.Trace> ledger(KafkaProbe probe) {
        return probe.read(Topics.DELIVERY_ATTEMPT).stream()
                .map(AttemptRecords::trace)
                .toList();
    }

    /// What the ledger calls delivered: endpoint and log offset.
    static List<String> delivered(KafkaProbe probe) {
        return probe.read(Topics.DELIVERY_ATTEMPT).stream()
                .filter(entry -> new String(entry.value(), UTF_8).contains("\"outcome\":\"delivered\""))
                .map(AttemptRecords::trace)
                .map(trace -> trace.endpoint() + " "
                        + Objects.requireNonNull(trace.mark()).offset())
                .toList();
    }

    static @Nullable String header(
            org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
