package dev.carillon.webhook.intake;

import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.delivery.AttemptEntry;
import dev.carillon.webhook.delivery.AttemptEntry.Result;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.DeadLetter;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Lane;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.ReplayCommand;
import dev.carillon.webhook.delivery.Source;
import dev.carillon.webhook.scan.PartitionScan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Carries replays out: dead letters become deliveries again. A large replay goes in chunks: each chunk's
/// deliveries, marks and the command for the rest are one decision about the command, hence one transaction.
/// Killed anywhere, it goes on where it was, and no letter is replayed twice by one command.
///
/// Each command runs on a virtual thread of its own.
final class Replays {

    private static final Logger LOG = Logger.getLogger(Replays.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CHUNK = 200;

    private final KafkaClients clients;
    private final Clock clock;
    private final Consumer<Decision> decided;

    Replays(KafkaClients clients, Clock clock, Consumer<Decision> decided) {
        this.clients = clients;
        this.clock = clock;
        this.decided = decided;
    }

    /// @param size what the command keeps in memory
    void start(ConsumerRecord<byte[], byte[]> command, Ownership ownership, int size) {
        Thread.ofVirtual().name("replay").start(() -> run(command, ownership, size));
    }

    private void run(ConsumerRecord<byte[], byte[]> record, Ownership ownership, int size) {
        ReplayCommand command;
        try {
            command = ReplayCommand.read(record.value());
        } catch (IllegalArgumentException e) {
            LOG.warn("command is not readable, passed over", e);
            decided.accept(
                    new Decision(ownership, Source.of(record), List.of(entry(record, "", "unreadable")), true, size));
            return;
        }
        while (!ownership.isLost()) {
            try {
                var records = carryOut(record, command);
                decided.accept(new Decision(ownership, Source.of(record), records, true, size));
                return;
            } catch (KafkaException e) {
                LOG.warn("replay cannot read dead letters, trying again", e);
            }
        }
    }

    private List<ProducerRecord<byte[], byte[]>> carryOut(
            ConsumerRecord<byte[], byte[]> record, ReplayCommand command) {
        var dead = new TopicPartition(Topics.DELIVERY_DEAD, record.partition());
        try (var scan = PartitionScan.open(clients, PATIENCE)) {
            var extent = scan.extent(dead);
            long end = command.end() < 0 ? extent.end() : command.end();
            var chosen = choose(scan, dead, extent, command, end);
            var chunk = chosen.stream().limit(CHUNK).collect(Collectors.toCollection(TreeSet::new));
            var now = clock.instant();
            var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
            records.add(entry(record, command.operation(), "replayed " + chunk.size() + " dead letters"));
            if (!chunk.isEmpty()) {
                scan.read(dead, chunk.first(), chunk.last() + 1, letter -> {
                    if (chunk.contains(letter.offset())) {
                        records.add(DeliveryRecords.replay(letter, command.operation(), now));
                        records.add(DeliveryRecords.replayed(letter, command.operation(), now));
                    }
                });
            }
            if (chosen.size() > chunk.size()) {
                records.add(command.from(chunk.last() + 1, end).record(record.partition()));
            }
            return records;
        }
    }

    /// The offsets of the letters to replay: the newest of each event and endpoint.
    private static NavigableSet<Long> choose(
            PartitionScan scan, TopicPartition dead, PartitionScan.Extent extent, ReplayCommand command, long end) {
        var newest = new HashMap<List<String>, Long>();
        Set<Long> replayed = new HashSet<>();
        // Marks stand after their letters, maybe beyond the end of this command.
        scan.read(dead, Math.max(command.after(), extent.beginning()), extent.end(), record -> {
            var letter = DeadLetter.read(record);
            if (letter.isMark()) {
                replayed.add(letter.replays());
            } else if (letter.offset() < end && isWanted(letter, command)) {
                newest.put(List.of(letter.endpoint(), letter.event()), letter.offset());
            }
        });
        var chosen = new TreeSet<>(newest.values());
        if (!command.again()) {
            chosen.removeAll(replayed);
        }
        return chosen;
    }

    private static boolean isWanted(DeadLetter letter, ReplayCommand command) {
        var endpoint = command.endpoint();
        var since = command.since();
        var until = command.until();
        return !letter.event().isEmpty()
                && (endpoint == null || endpoint.equals(letter.endpoint()))
                && (command.events().isEmpty() || command.events().contains(letter.event()))
                && (since == null || !letter.at().isBefore(since))
                && (until == null || letter.at().isBefore(until));
    }

    private ProducerRecord<byte[], byte[]> entry(ConsumerRecord<byte[], byte[]> record, String operation, String what) {
        var now = clock.instant();
        var entry = new AttemptEntry(
                Source.of(record),
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
        return AttemptRecords.write(entry, now);
    }
}
