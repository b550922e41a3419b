package dev.carillon.webhook.command;

import dev.carillon.kit.KafkaClients;
import dev.carillon.webhook.command.OperationRow.Cancellation;
import dev.carillon.webhook.command.OperationRow.Progress;
import dev.carillon.webhook.command.OperationRow.Progress.Stage;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.DeliveryRecords;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.endpoint.EndpointTable;
import dev.carillon.webhook.scan.PartitionScan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Carries commands out, on behalf of the owner of a partition: finds out what has to be written for them.
///
/// Waits: for virtual threads. Safe for use by many.
public final class CommandWork {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaClients clients;
    private final OperationTable operations;
    private final Clock clock;
    private final LetterWork letters;

    public CommandWork(KafkaClients clients, OperationTable operations, EndpointTable endpoints, Clock clock) {
        this.clients = clients;
        this.operations = operations;
        this.clock = clock;
        this.letters = new LetterWork(endpoints::ownerOf);
    }

    /// What was found out.
    ///
    /// @param detail what is done, for people
    /// @param records all of which are to be written, in one transaction with the decision about the command
    public record Done(String detail, List<ProducerRecord<byte[], byte[]>> records) {
        public Done {
            records = List.copyOf(records);
        }
    }

    /// @param behind what waits behind the cursor of the endpoint that the command is about, or null
    /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer: it may be tried again
    public Done carryOut(Command command, Ownership ownership, @Nullable CursorRow behind) {
        var now = clock.instant();
        if (operations.isCancelled(command.operation())) {
            letters.forget(command.operation(), ownership);
            return ended(command, ownership, Stage.CANCELLED, 0, now, "cancelled");
        }
        return switch (command) {
            case Command.Letters wanted -> scanning(scan -> letters.carryOut(wanted, scan, ownership, now));
            case Command.Recover recover ->
                scanning(scan -> RecoverWork.carryOut(recover, scan, ownership.partition(), behind, now));
            case Command.Resend resend -> scanning(scan -> resend(resend, scan, ownership, now));
            case Command.Cancel cancel -> cancel(cancel, ownership, now);
        };
    }

    /// Whether somebody cancelled this delivery.
    public boolean isCancelled(Delivery delivery) {
        return operations.isCancelled(delivery);
    }

    /// The end of a command that cannot be carried out.
    public Done failed(Command command, Ownership ownership) {
        letters.forget(command.operation(), ownership);
        return ended(command, ownership, Stage.FAILED, 0, clock.instant(), "it failed on this side");
    }

    private Done scanning(Function<PartitionScan, Done> work) {
        try (var scan = PartitionScan.open(clients, PATIENCE)) {
            return work.apply(scan);
        }
    }

    private static Done resend(Command.Resend command, PartitionScan scan, Ownership ownership, Instant now) {
        var kept = KeptDelivery.find(scan, ownership.partition(), command.endpoint(), command.event());
        if (kept == null) {
            return ended(command, ownership, Stage.FAILED, 0, now, "no such delivery is kept");
        }
        var again = DeliveryRecords.replay(kept, command.operation(), now);
        return and(ended(command, ownership, Stage.DONE, 1, now, "sent again"), again);
    }

    private static Done cancel(Command.Cancel command, Ownership ownership, Instant now) {
        var row = new Cancellation(command.endpoint(), command.event(), command.before(), command.operation());
        return and(ended(command, ownership, Stage.DONE, 1, now, "cancelled"), row.record());
    }

    private static Done and(Done done, ProducerRecord<byte[], byte[]> record) {
        return new Done(done.detail(), List.of(record, done.records().getFirst()));
    }

    private static Done ended(
            Command command, Ownership ownership, Stage stage, long done, Instant now, String detail) {
        var reached = command instanceof Command.Chunked chunked ? chunked.reached() : Reached.none();
        var row = new Progress(
                command.operation(),
                ownership.partition(),
                stage,
                reached.done() + done,
                0,
                reached.beganOr(now),
                now,
                stage == Stage.DONE ? "" : detail);
        return new Done(detail, List.of(row.record()));
    }
}
