package dev.carillon.webhook.intake;

import dev.carillon.webhook.command.Command;
import dev.carillon.webhook.command.CommandRecords;
import dev.carillon.webhook.command.CommandWork;
import dev.carillon.webhook.cursor.CursorRow;
import dev.carillon.webhook.delivery.AttemptRecords;
import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.Ownership;
import dev.carillon.webhook.delivery.Source;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Has commands carried out, each on a virtual thread of its own, a few at a time. What one does is its
/// decision, hence in one transaction with the command's offset: killed anywhere, it goes on where it was, and
/// nothing is done twice. One that fails is decided, too, so that it holds nothing that comes after it.
///
/// Its methods are called on the intake thread.
final class Commands implements Acceptor.Desk {

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

    /// A command as it came.
    ///
    /// @param behind what waits behind the cursor of its endpoint at that time, or null when nothing does
    /// @param size what it keeps in memory
    private record Order(
            ConsumerRecord<byte[], byte[]> record,
            Ownership ownership,
            @Nullable CursorRow behind,
            int size) {}

    @Override
    public boolean isCancelled(Delivery delivery) {
        return work.isCancelled(delivery);
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record, OwnedPartition owned, int size) {
        var order = new Order(record, owned.ownership(), behind(record.key(), owned), size);
        Thread.ofVirtual().name("command").start(() -> {
            turns.acquireUninterruptibly();
            try {
                run(order);
            } finally {
                turns.release();
            }
        });
    }

    private static @Nullable CursorRow behind(byte @Nullable [] key, OwnedPartition owned) {
        var cursor = key == null ? null : owned.cursors().find(new String(key, StandardCharsets.UTF_8));
        return cursor == null ? null : cursor.row();
    }

    private void run(Order order) {
        Command command;
        try {
            command = CommandRecords.read(order.record().value());
        } catch (IllegalArgumentException e) {
            LOG.warn("command is not readable, passed over", e);
            decide(order, "", new CommandWork.Done("unreadable", List.of()));
            return;
        }
        var ownership = order.ownership();
        while (!ownership.isLost()) {
            try {
                decide(order, command.operation(), work.carryOut(command, ownership, order.behind()));
                return;
            } catch (KafkaException e) {
                LOG.warn("Kafka does not let a command be carried out, trying again", e);
            } catch (RuntimeException e) {
                LOG.error("command fails on this side and is given up", e);
                decide(order, command.operation(), work.failed(command, ownership));
                return;
            }
        }
    }

    private void decide(Order order, String operation, CommandWork.Done done) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(AttemptRecords.commanded(order.record(), operation, done.detail(), clock.instant()));
        records.addAll(done.records());
        decided.accept(new Decision(order.ownership(), Source.of(order.record()), records, true, order.size()));
    }
}
