package dev.carillon.webhook.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.contract.Endpoint;
import dev.carillon.contract.Topics;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.AttemptRecords.Trace;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;

/// What Kafka holds of one partition, and what receivers saw, in a test's memory.
final class World {

    static final Duration TIER = Duration.ofSeconds(2);
    static final String RETRY = Topics.retry(TIER, 1).name();
    static final List<String> INPUTS = List.of(Topics.DELIVERY_WEBHOOK, RETRY, Topics.DELIVERY_COMMAND);

    final Map<String, Endpoint> endpoints = new HashMap<>();
    final Map<String, List<ConsumerRecord<byte[], byte[]>>> topics = new HashMap<>();
    final Map<String, Watermark.Mark> committed = new HashMap<>();
    final Map<String, CursorRow> rows = new HashMap<>();
    final List<String> succeeded = new ArrayList<>();
    final List<String> delivered = new ArrayList<>();
    final long queueBytes;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /// @param queueBytes how much may wait in memory
    World(long queueBytes) {
        this.queueBytes = queueBytes;
        INPUTS.forEach(input -> topics.put(input, new ArrayList<>()));
        topics.put(Topics.DELIVERY_ATTEMPT, new ArrayList<>());
        topics.put(Topics.DELIVERY_DEAD, new ArrayList<>());
    }

    List<ConsumerRecord<byte[], byte[]>> topic(String name) {
        return topics.computeIfAbsent(name, _ -> new ArrayList<>());
    }

    void append(ProducerRecord<byte[], byte[]> record) {
        var topic = topic(record.topic());
        long at = record.timestamp() == null ? now.toEpochMilli() : record.timestamp();
        topic.add(new ConsumerRecord<>(
                record.topic(),
                0,
                topic.size(),
                at,
                TimestampType.CREATE_TIME,
                record.key().length,
                record.value().length,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty()));
    }

    /// One transaction.
    void write(List<ProducerRecord<byte[], byte[]>> records) {
        for (var record : records) {
            switch (record.topic()) {
                case Topics.DELIVERY_CURSOR_STATE -> {
                    var endpoint = new String(record.key(), UTF_8);
                    if (record.value() == null) {
                        rows.remove(endpoint);
                    } else {
                        rows.put(endpoint, CursorRow.read(record.value()));
                    }
                }
                case Topics.DELIVERY_ATTEMPT -> {
                    append(record);
                    var text = new String(record.value(), UTF_8);
                    if (text.contains("\"outcome\":\"delivered\"")) {
                        delivered.add(text.replaceAll(".*\"endpoint\":\"([^\"]+)\",\"event\":\"([^\"]+)\".*", "$1 $2"));
                    }
                }
                default -> append(record);
            }
        }
    }

    /// What a take-over would find.
    TakeOver.Ready takeOver(Ownership ownership) {
        var ledger = topic(Topics.DELIVERY_ATTEMPT);
        long from = committed.values().stream()
                .mapToLong(Watermark.Mark::ledger)
                .min()
                .orElse(ledger.size());
        var traces = new HashMap<Source, Trace>();
        var memory = new LogMemory();
        for (var entry : ledger.subList((int) from, ledger.size())) {
            var trace = AttemptRecords.trace(entry);
            var mark = committed.get(trace.source().topic());
            if (mark != null && trace.source().offset() >= mark.offset()) {
                traces.put(trace.source(), trace);
                continue;
            }
            var event = trace.mark();
            if (mark != null && trace.fresh() && event != null) {
                memory.remember(trace.endpoint(), event);
            }
        }
        var starts = new HashMap<String, Watermark.Start>();
        for (var input : INPUTS) {
            var mark = committed.getOrDefault(input, new Watermark.Mark(0, ledger.size()));
            long until = traces.keySet().stream()
                    .filter(source -> source.topic().equals(input))
                    .mapToLong(Source::offset)
                    .max()
                    .orElse(-1);
            starts.put(input, new Watermark.Start(mark.offset(), until, mark.ledger()));
        }
        return new TakeOver.Ready(ownership, starts, traces, memory, List.copyOf(rows.values()), ledger.size());
    }
}
