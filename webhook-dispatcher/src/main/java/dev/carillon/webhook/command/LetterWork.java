package dev.carillon.webhook.command;

import dev.carillon.contract.Topics;
import dev.carillon.webhook.command.CommandWork.Done;
import dev.carillon.webhook.command.OperationRow.Progress;
import dev.carillon.webhook.command.OperationRow.Progress.Stage;
import dev.carillon.webhook.delivery.DeadLetter;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.scan.PartitionScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Carries out commands about dead letters, a chunk at a time.
///
/// The letters that a command is about are chosen once and remembered from chunk to chunk, as long as this
/// process owns the partition; another owner chooses among what is left, and finds the marks of all that is
/// done. Safe for use by many threads, each with a command of its own.
final class LetterWork {

    /// How much one transaction may carry.
    private static final int CHUNK = 200;

    private static final long CHUNK_BYTES = 8 << 20;

    private final Function<String, @Nullable String> ownerOf;
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();

    /// @param ownerOf tells whose an endpoint is, or null when there is none
    LetterWork(Function<String, @Nullable String> ownerOf) {
        this.ownerOf = ownerOf;
    }

    /// What is chosen.
    ///
    /// @param next where the command goes on that this is for
    /// @param end where the letters end that are meant
    /// @param looked where those end that were looked at
    private record Plan(Ownership ownership, long next, long end, long looked, NavigableSet<Long> letters) {}

    Done carryOut(Command.Letters command, PartitionScan scan, Ownership ownership, Instant now) {
        plans.values().removeIf(plan -> plan.ownership().isLost());
        var plan = plan(command, scan, ownership);
        var chunk = plan.letters().stream().limit(CHUNK).collect(Collectors.toCollection(TreeSet::new));
        var taken = take(chunk, scan, ownership.partition());
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        taken.forEach(letter -> records.addAll(write(command, letter, now)));
        long next = next(plan, chunk, taken);
        var left = new TreeSet<>(plan.letters().tailSet(next, true));
        var reached = command.reached();
        var began = reached.beganOr(now);
        var after = new Reached(next, plan.end(), reached.done() + taken.size(), began);
        boolean isMore = !left.isEmpty() || plan.looked() < plan.end();
        if (isMore) {
            records.add(CommandRecords.write(command.from(after), ownership.partition()));
        }
        remember(command, new Plan(ownership, next, plan.end(), plan.looked(), left));
        var stage = isMore ? Stage.RUNNING : Stage.DONE;
        records.add(new Progress(
                        command.operation(), ownership.partition(), stage, after.done(), left.size(), began, now, "")
                .record());
        return new Done("dealt with " + taken.size() + " dead letters", records);
    }

    /// Nothing more of it is wanted.
    void forget(String operation, Ownership ownership) {
        plans.remove(key(operation, ownership));
    }

    private Plan plan(Command.Letters command, PartitionScan scan, Ownership ownership) {
        var plan = plans.get(key(command.operation(), ownership));
        boolean isFit = plan != null
                && plan.ownership() == ownership
                && plan.next() == command.reached().after()
                && !plan.letters().isEmpty();
        return isFit && plan != null ? plan : choose(command, scan, ownership);
    }

    private Plan choose(Command.Letters command, PartitionScan scan, Ownership ownership) {
        var dead = dead(ownership.partition());
        var extent = scan.extent(dead);
        var reached = command.reached();
        long end = reached.hasBegun() ? reached.end() : extent.end();
        var choice = LetterChoice.of(command, end, ownerOf);
        scan.read(
                dead,
                Math.max(reached.after(), extent.beginning()),
                extent.end(),
                record -> choice.hear(DeadLetter.read(record)));
        return new Plan(
                ownership,
                reached.after(),
                end,
                choice.end(),
                new TreeSet<>(choice.chosen().keySet()));
    }

    /// Reads letters, as many as fit.
    private static List<ConsumerRecord<byte[], byte[]>> take(
            NavigableSet<Long> chunk, PartitionScan scan, int partition) {
        var taken = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        if (chunk.isEmpty()) {
            return taken;
        }
        var room = new long[] {CHUNK_BYTES};
        scan.readWhile(dead(partition), chunk.first(), chunk.last() + 1, letter -> {
            if (!chunk.contains(letter.offset())) {
                return true;
            }
            room[0] -= Math.max(0, letter.serializedValueSize());
            if (room[0] < 0 && !taken.isEmpty()) {
                return false;
            }
            taken.add(letter);
            return true;
        });
        return taken;
    }

    /// Where to go on: after the last letter that was taken, when there was no room for all of them.
    private static long next(Plan plan, NavigableSet<Long> chunk, List<ConsumerRecord<byte[], byte[]>> taken) {
        if (chunk.isEmpty()) {
            return plan.looked();
        }
        boolean isCut = !taken.isEmpty() && taken.getLast().offset() < chunk.last();
        long last = isCut ? taken.getLast().offset() : chunk.last();
        return plan.letters().last() > last ? last + 1 : Math.max(last + 1, plan.looked());
    }

    private static List<ProducerRecord<byte[], byte[]>> write(
            Command.Letters command, ConsumerRecord<byte[], byte[]> letter, Instant now) {
        return switch (command) {
            case Command.Replay replay ->
                List.of(
                        DeliveryRecords.replay(letter, replay.operation(), now),
                        DeliveryRecords.replayed(letter, replay.operation(), now));
            case Command.Purge purge -> List.of(DeliveryRecords.purged(letter, purge.operation(), now));
        };
    }

    private void remember(Command.Letters command, Plan plan) {
        var key = key(command.operation(), plan.ownership());
        if (plan.letters().isEmpty()) {
            plans.remove(key);
        } else {
            plans.put(key, plan);
        }
    }

    private static String key(String operation, Ownership ownership) {
        return operation + "/" + ownership.partition();
    }

    private static TopicPartition dead(int partition) {
        return new TopicPartition(Topics.DELIVERY_DEAD, partition);
    }
}
