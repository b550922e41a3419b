package dev.carillon.webhook.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.command.OperationRow.Progress;
import dev.carillon.webhook.command.OperationTable;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.RecoverCommand;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.scan.PartitionScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Delivers again what was owed to an endpoint in a stretch of time, all of it or what is missing. In chunks,
/// each of which is one decision about its command, hence one transaction: killed anywhere, it goes on where it
/// was.
///
/// What still waits behind the endpoint's cursor is left out: it is delivered anyway. Each command runs on a
/// virtual thread of its own.
final class Recoveries {

    private static final Logger LOG = Logger.getLogger(Recoveries.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CHUNK = 200;
    private static final long CHUNK_BYTES = 4 * 1024 * 1024;
    private static final long STRETCH = 2000;

    private final KafkaClients clients;
    private final OperationTable operations;
    private final Clock clock;
    private final Consumer<Decision> decided;

    Recoveries(KafkaClients clients, OperationTable operations, Clock clock, Consumer<Decision> decided) {
        this.clients = clients;
        this.operations = operations;
        this.clock = clock;
        this.decided = decided;
    }

    /// @param behind what waits behind the endpoint's cursor, or null when there is none
    /// @param size what the command keeps in memory
    void start(
            ConsumerRecord<byte[], byte[]> record,
            RecoverCommand command,
            Ownership ownership,
            @Nullable CursorRow behind,
            int size) {
        Thread.ofVirtual().name("recover").start(() -> run(new Order(record, command, behind), ownership, size));
    }

    /// One command, as it came.
    private record Order(
            ConsumerRecord<byte[], byte[]> record,
            RecoverCommand command,
            @Nullable CursorRow behind) {

        boolean wants(ConsumerRecord<byte[], byte[]> delivery) {
            var at = Instant.ofEpochMilli(delivery.timestamp());
            var since = command.since();
            var until = command.until();
            return Arrays.equals(delivery.key(), command.endpoint().getBytes(StandardCharsets.UTF_8))
                    && (since == null || !at.isBefore(since))
                    && (until == null || at.isBefore(until))
                    && !EventRecords.text(delivery.headers(), DeliveryHeaders.LANE, "")
                            .equals(Lane.REPLAY.text())
                    && (behind == null || !behind.covers(delivery.offset()));
        }
    }

    private void run(Order order, Ownership ownership, int size) {
        while (!ownership.isLost()) {
            try {
                var records = carryOut(order);
                decided.accept(new Decision(ownership, Source.of(order.record()), records, true, size));
                return;
            } catch (KafkaException e) {
                LOG.warn("deliveries to recover cannot be read, trying again", e);
            }
        }
    }

    private List<ProducerRecord<byte[], byte[]>> carryOut(Order order) {
        var command = order.command();
        if (operations.isCancelled(command.operation())) {
            return records(order, List.of(), Progress.Stage.CANCELLED, command.after(), command.after());
        }
        var partition =
                new TopicPartition(Topics.DELIVERY_WEBHOOK, order.record().partition());
        try (var scan = PartitionScan.open(clients, PATIENCE)) {
            var extent = scan.extent(partition);
            long end = command.end() < 0 ? extent.end() : command.end();
            long from = command.after() < 0 ? scan.offsetAt(partition, command.since(), extent) : command.after();
            var chosen = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            long reached = Math.max(from, extent.beginning());
            while (reached < end && hasRoom(chosen)) {
                long to = Math.min(end, reached + STRETCH);
                scan.read(partition, reached, to, delivery -> {
                    if (hasRoom(chosen) && order.wants(delivery)) {
                        chosen.add(delivery);
                    }
                });
                reached = hasRoom(chosen) ? to : chosen.getLast().offset() + 1;
            }
            if (command.missing() && !chosen.isEmpty()) {
                var delivered = delivered(scan, chosen, partition.partition(), command.endpoint());
                chosen.removeIf(delivery -> delivered.contains(event(delivery)));
            }
            var stage = reached < end ? Progress.Stage.RUNNING : Progress.Stage.DONE;
            return records(order, chosen, stage, reached, end);
        }
    }

    private static boolean hasRoom(List<ConsumerRecord<byte[], byte[]>> chosen) {
        return chosen.size() < CHUNK
                && chosen.stream()
                                .mapToLong(ConsumerRecord::serializedValueSize)
                                .sum()
                        < CHUNK_BYTES;
    }

    private List<ProducerRecord<byte[], byte[]>> records(
            Order order, List<ConsumerRecord<byte[], byte[]>> chosen, Progress.Stage stage, long reached, long end) {
        var now = clock.instant();
        var command = order.command();
        var partition = order.record().partition();
        var next = command.from(reached, end, chosen.size(), now);
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(AttemptRecords.commanded(
                order.record(), command.operation(), "recovered " + chosen.size() + " deliveries", now));
        chosen.forEach(delivery -> records.add(DeliveryRecords.replay(delivery, command.operation(), now)));
        if (stage == Progress.Stage.RUNNING) {
            records.add(next.record(partition));
        }
        var began = next.began();
        records.add(new Progress(
                        command.operation(),
                        partition,
                        stage,
                        next.done(),
                        // How many deliveries are left is not known: how many records are to be looked at.
                        end - reached,
                        began == null ? now : began,
                        now,
                        "")
                .record());
        return records;
    }

    /// The events among `chosen` that the ledger calls delivered to the endpoint.
    private static Set<String> delivered(
            PartitionScan scan, List<ConsumerRecord<byte[], byte[]>> chosen, int partition, String endpoint) {
        var ledger = new TopicPartition(Topics.DELIVERY_ATTEMPT, partition);
        var extent = scan.extent(ledger);
        var wanted = new HashSet<String>();
        chosen.forEach(delivery -> wanted.add(event(delivery)));
        var since = Instant.ofEpochMilli(chosen.getFirst().timestamp()).minusSeconds(60);
        var delivered = new HashSet<String>();
        var key = endpoint.getBytes(StandardCharsets.UTF_8);
        scan.read(ledger, scan.offsetAt(ledger, since, extent), extent.end(), entry -> {
            if (Arrays.equals(entry.key(), key)) {
                var event = deliveredEvent(entry.value());
                if (wanted.contains(event)) {
                    delivered.add(event);
                }
            }
        });
        return delivered;
    }

    /// The event that an entry calls delivered; empty when it says something else.
    private static String deliveredEvent(byte[] entry) {
        try {
            JsonNode tree = JSON.readTree(entry);
            return tree.path("outcome").asText().equals("delivered")
                    ? tree.path("event").asText()
                    : "";
        } catch (IOException _) {
            return "";
        }
    }

    private static String event(ConsumerRecord<byte[], byte[]> delivery) {
        return EventRecords.text(delivery.headers(), EventHeaders.ID, "");
    }
}
