package dev.carillon.fanout.route;

import dev.carillon.contract.Event;
import dev.carillon.contract.EventHeaders;
import dev.carillon.contract.InboxCodec;
import dev.carillon.contract.InboxMessage;
import dev.carillon.contract.Position;
import dev.carillon.contract.Removal;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.FanoutMeters;
import dev.carillon.kit.EventRecords;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Routes one record of the log: remembers the event, tells every following node once, and owes it to every
/// matching endpoint.
///
/// Confined to the worker's thread.
public final class Router {

    private static final Logger LOG = Logger.getLogger(Router.class);

    private final String epoch;
    private final EndpointIndex endpoints;
    private final Outlet outlet;
    private final Clock clock;
    private final FanoutMeters meters;

    /// @param epoch of the log
    public Router(String epoch, EndpointIndex endpoints, Outlet outlet, Clock clock, FanoutMeters meters) {
        this.epoch = epoch;
        this.endpoints = endpoints;
        this.outlet = outlet;
        this.clock = clock;
        this.meters = meters;
    }

    /// Routes the next record of the partition; `watermark` passes it when all that it causes is acknowledged.
    public void route(ConsumerRecord<byte[], byte[]> record, PartitionMemory memory, Watermark watermark) {
        switch (memory.admit(record, clock.millis())) {
            case Admission.Fresh fresh -> {
                meters.routed.increment();
                spread(record, fresh, memory, watermark);
            }
            case Admission.Repeat() -> {
                meters.repeated.increment();
                watermark.pass(record.offset());
            }
            case Admission.Removed removed -> {
                meters.removals.increment();
                remove(removed, memory, watermark.register(record.offset()));
            }
            case Admission.Unreadable(var reason) -> {
                meters.unreadable.increment();
                var ticket = watermark.register(record.offset());
                outlet.bury(record, reason, ticket);
                ticket.done();
            }
        }
    }

    private void spread(
            ConsumerRecord<byte[], byte[]> record, Admission.Fresh fresh, PartitionMemory memory, Watermark watermark) {
        var channel = fresh.channel();
        var type = fresh.entry().event().type();
        var targets = memory.isEphemeral(channel) ? List.<EndpointIndex.Target>of() : channel.targets(endpoints, type);
        if (!channel.isFollowed() && targets.isEmpty()) {
            watermark.pass(record.offset());
            return;
        }
        var ticket = watermark.register(record.offset());
        memory.moved(channel);
        try {
            tellFollowers(fresh, ticket);
            owe(record, fresh, targets, ticket);
        } catch (RuntimeException e) {
            // Thrown on, it would come again with the next owner, and the next.
            LOG.error("an event cannot be routed, passed over", e);
            meters.unreadable.increment();
            outlet.bury(record, "event cannot be routed: " + e.getMessage(), ticket);
        }
        ticket.done();
    }

    private void tellFollowers(Admission.Fresh fresh, Watermark.Ticket ticket) {
        byte @Nullable [] message = null;
        for (var follower : fresh.channel().followersInPlace()) {
            if (!follower.listens()) {
                continue;
            }
            if (message == null) {
                message =
                        InboxCodec.encode(new InboxMessage.Live(epoch, fresh.previous(), fresh.entry(), fresh.kept()));
            }
            outlet.tell(follower.inbox(), message, ticket, null);
        }
    }

    /// Later owners must know of it before this record is done, or they would not know that there is something
    /// to be known.
    private void remove(Admission.Removed removed, PartitionMemory memory, Watermark.Ticket ticket) {
        var channel = removed.channel();
        var row = new Removal(channel.channel(), new Position(epoch, removed.offset()));
        outlet.write(
                new ProducerRecord<>(Topics.REMOVAL_STATE, memory.partition(), row.key(), Removal.value()), ticket);
        var message = InboxCodec.encode(
                new InboxMessage.Removed(epoch, channel.channel(), removed.previous(), removed.offset()));
        for (var follower : channel.followersInPlace()) {
            if (follower.listens()) {
                outlet.tell(follower.inbox(), message, ticket, null);
            }
        }
        memory.moved(channel);
        ticket.done();
    }

    /// Deletes rows of removals that no longer matter.
    public void clear(List<Removal> obsolete, int partition) {
        for (var removal : obsolete) {
            outlet.write(new ProducerRecord<>(Topics.REMOVAL_STATE, partition, removal.key(), null), null);
        }
    }

    private void owe(
            ConsumerRecord<byte[], byte[]> record,
            Admission.Fresh fresh,
            List<EndpointIndex.Target> targets,
            Watermark.Ticket ticket) {
        var event = fresh.entry().event();
        Headers headers = null;
        for (var target : targets) {
            if (headers == null) {
                headers = deliveryHeaders(event, record);
            }
            outlet.write(
                    new ProducerRecord<>(
                            Topics.DELIVERY_WEBHOOK, target.partition(), target.key(), data(event, record), headers),
                    ticket);
        }
    }

    private Headers deliveryHeaders(Event event, ConsumerRecord<byte[], byte[]> record) {
        var headers = EventRecords.headers(event, null);
        EventRecords.add(headers, EventHeaders.CHANNEL, event.channel().name());
        EventRecords.add(headers, EventHeaders.LOG_EPOCH, epoch);
        EventRecords.add(headers, EventHeaders.LOG_PARTITION, Integer.toString(record.partition()));
        EventRecords.add(headers, EventHeaders.LOG_OFFSET, Long.toString(record.offset() + 1));
        return headers;
    }

    /// The data of the event; in binary mode that is the record's value, without a copy.
    private static byte[] data(Event event, ConsumerRecord<byte[], byte[]> record) {
        boolean isWholeValue = event.data().size() == record.value().length;
        return isWholeValue ? record.value() : event.data().toByteArray();
    }
}
