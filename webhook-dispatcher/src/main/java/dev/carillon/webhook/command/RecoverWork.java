package dev.carillon.webhook.command;

import dev.carillon.contract.DeliveryHeaders;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.Topics;
import dev.carillon.kit.EventRecords;
import dev.carillon.webhook.command.CommandWork.Done;
import dev.carillon.webhook.command.OperationRow.Progress;
import dev.carillon.webhook.command.OperationRow.Progress.Stage;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.scan.PartitionScan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Finds what was owed to an endpoint in a stretch of time, all of it or what is missing, a chunk at a time.
/// Confined to one thread, and to one chunk.
///
/// What still waits behind the endpoint's cursor is left out: it is delivered anyway.
final class RecoverWork {

    /// How much one transaction may carry.
    private static final int CHUNK = 200;

    private static final long CHUNK_BYTES = 4 << 20;

    /// How far clocks of those who write to topics may be apart.
    private static final Duration SKEW = Duration.ofMinutes(1);

    private final Command.Recover command;
    private final byte[] endpoint;
    private final @Nullable CursorRow behind;
    private final List<ConsumerRecord<byte[], byte[]>> chosen = new ArrayList<>();
    private long room = CHUNK_BYTES;

    private RecoverWork(Command.Recover command, @Nullable CursorRow behind) {
        this.command = command;
        this.endpoint = command.endpoint().getBytes(StandardCharsets.UTF_8);
        this.behind = behind;
    }

    /// @param behind what waits behind the endpoint's cursor, or null when there is none
    static Done carryOut(
            Command.Recover command, PartitionScan scan, int partition, @Nullable CursorRow behind, Instant now) {
        return new RecoverWork(command, behind).chunk(scan, partition, now);
    }

    private Done chunk(PartitionScan scan, int partition, Instant now) {
        var deliveries = new TopicPartition(Topics.DELIVERY_WEBHOOK, partition);
        var extent = scan.extent(deliveries);
        var reached = command.reached();
        long end = reached.hasBegun() ? reached.end() : extent.end();
        long from = reached.hasBegun() ? reached.after() : scan.offsetAt(deliveries, command.since(), extent);
        scan.readWhile(deliveries, Math.max(from, extent.beginning()), end, this::look);
        long next = hasRoom() ? end : chosen.getLast().offset() + 1;
        if (command.missing() && !chosen.isEmpty()) {
            var delivered = delivered(scan, partition);
            chosen.removeIf(delivery -> delivered.contains(event(delivery)));
        }
        return done(new Reached(next, end, reached.done() + chosen.size(), reached.beganOr(now)), partition, now);
    }

    private Done done(Reached reached, int partition, Instant now) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        chosen.forEach(delivery -> records.add(DeliveryRecords.replay(delivery, command.operation(), now)));
        // How many deliveries are left is not known: how many records are to be looked at.
        long remaining = reached.end() - reached.after();
        if (remaining > 0) {
            records.add(CommandRecords.write(command.from(reached), partition));
        }
        var stage = remaining > 0 ? Stage.RUNNING : Stage.DONE;
        records.add(new Progress(
                        command.operation(), partition, stage, reached.done(), remaining, reached.beganOr(now), now, "")
                .record());
        return new Done("recovered " + chosen.size() + " deliveries", records);
    }

    /// @return whether there is room for more
    private boolean look(ConsumerRecord<byte[], byte[]> delivery) {
        if (isWanted(delivery)) {
            chosen.add(delivery);
            room -= Math.max(0, delivery.serializedValueSize());
        }
        return hasRoom();
    }

    private boolean hasRoom() {
        return chosen.size() < CHUNK && room > 0;
    }

    private boolean isWanted(ConsumerRecord<byte[], byte[]> delivery) {
        var at = Instant.ofEpochMilli(delivery.timestamp());
        var since = command.since();
        var until = command.until();
        return Arrays.equals(delivery.key(), endpoint)
                && (since == null || !at.isBefore(since))
                && (until == null || at.isBefore(until))
                && !EventRecords.text(delivery.headers(), DeliveryHeaders.LANE, "")
                        .equals(Lane.REPLAY.text())
                && (behind == null || !behind.covers(delivery.offset()));
    }

    /// The events among those chosen that the ledger calls delivered to the endpoint.
    private Set<String> delivered(PartitionScan scan, int partition) {
        var wanted = chosen.stream().map(RecoverWork::event).collect(Collectors.toSet());
        var ledger = new TopicPartition(Topics.DELIVERY_ATTEMPT, partition);
        var extent = scan.extent(ledger);
        var since = Instant.ofEpochMilli(chosen.getFirst().timestamp()).minus(SKEW);
        var delivered = new HashSet<String>();
        scan.read(ledger, scan.offsetAt(ledger, since, extent), extent.end(), entry -> {
            var event = Arrays.equals(entry.key(), endpoint) ? deliveredEvent(entry.value()) : "";
            if (wanted.contains(event)) {
                delivered.add(event);
            }
        });
        return delivered;
    }

    /// The event that an entry calls delivered; empty when it says something else.
    private static String deliveredEvent(byte[] entry) {
        try {
            var tree = Trees.read("entry", entry);
            return tree.path("outcome").asText().equals("delivered")
                    ? tree.path("event").asText()
                    : "";
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static String event(ConsumerRecord<byte[], byte[]> delivery) {
        return EventRecords.text(delivery.headers(), EventHeaders.ID, "");
    }
}
