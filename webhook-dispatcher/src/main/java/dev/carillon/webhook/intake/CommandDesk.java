package dev.carillon.webhook.intake;

import dev.carillon.webhook.delivery.Delivery;
import dev.carillon.webhook.delivery.RecoverCommand;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Gives each command to whoever carries it out. Confined to the intake thread.
///
/// @param recoveries those that make deliveries again which are still in the topic
/// @param commands all others
record CommandDesk(Commands commands, Recoveries recoveries) implements Acceptor.Desk {

    @Override
    public void take(ConsumerRecord<byte[], byte[]> command, OwnedPartition owned, int size) {
        var recover = RecoverCommand.read(command.value());
        if (recover == null) {
            commands.start(command, owned.ownership(), size);
            return;
        }
        var cursor = owned.cursors().find(recover.endpoint());
        recoveries.start(command, recover, owned.ownership(), cursor == null ? null : cursor.row(), size);
    }

    @Override
    public boolean isCancelled(Delivery delivery) {
        return commands.isCancelled(delivery);
    }
}
