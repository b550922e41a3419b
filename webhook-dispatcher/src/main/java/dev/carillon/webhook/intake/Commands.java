package dev.carillon.webhook.intake;

import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.CommandRecords;
import dev.carillon.webhook.command.CommandWork;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Has commands carried out, each on a virtual thread of its own, a few at a time. What one does is its
/// decision, hence in one transaction with the command's offset: killed anywhere, it goes on where it was, and
/// nothing is done twice.
final class Commands {

    private static final Logger LOG = Logger.getLogger(Commands.class);
    private static final int AT_A_TIME = 4;

    private final CommandWork work;
    private final Clock clock;
    private final Consumer<Decision> decided;
    private final Semaphore turns = new Semaphore(AT_A_TIME);

    Commands(CommandWork work, Clock clock, Consumer<Decision> decided) {
        this.work = work;
        this.clock = clock;
        this.decided = decided;
    }

    /// Whether somebody cancelled this delivery.
    boolean isCancelled(Delivery delivery) {
        return work.isCancelled(delivery);
    }

    /// @param size what the command keeps in memory
    void start(ConsumerRecord<byte[], byte[]> record, Ownership ownership, int size) {
        Thread.ofVirtual().name("command").start(() -> {
            turns.acquireUninterruptibly();
            try {
                run(record, ownership, size);
            } finally {
                turns.release();
            }
        });
    }

    private void run(ConsumerRecord<byte[], byte[]> record, Ownership ownership, int size) {
        Command command;
        try {
            command = CommandRecords.read(record.value());
        } catch (IllegalArgumentException e) {
            LOG.warn("command is not readable, passed over", e);
            decide(record, ownership, size, "", new CommandWork.Done("unreadable", List.of()));
            return;
        }
        while (!ownership.isLost()) {
            try {
                decide(record, ownership, size, command.operation(), work.carryOut(command, ownership));
                return;
            } catch (KafkaException e) {
                LOG.warn("Kafka does not let a command be carried out, trying again", e);
            } catch (RuntimeException e) {
                LOG.error("command fails on this side and is given up", e);
                decide(record, ownership, size, command.operation(), work.failed(command, ownership));
                return;
            }
        }
    }

    private void decide(
            ConsumerRecord<byte[], byte[]> record,
            Ownership ownership,
            int size,
            String operation,
            CommandWork.Done done) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(AttemptRecords.commanded(record, operation, done.detail(), clock.instant()));
        records.addAll(done.records());
        decided.accept(new Decision(ownership, Source.of(record), records, true, size));
    }
}
