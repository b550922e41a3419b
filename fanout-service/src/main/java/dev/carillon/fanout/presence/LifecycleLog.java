package dev.carillon.fanout.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Event;
import dev.carillon.contract.Lifecycle;
import dev.carillon.contract.Member;
import dev.carillon.contract.Topics;
import dev.carillon.fanout.route.Outlet;
import dev.carillon.fanout.route.Watermark;
import dev.carillon.kit.EventRecords;
import dev.carillon.kit.Partitions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Publishes what happens to channels and their members, for namespaces that want it.
///
/// An event's id is made of the record that caused it, so that a new owner that reads the record again
/// publishes the same event, which the owner of its channel drops as a repeat.
///
/// Confined to the worker's thread.
public final class LifecycleLog {

    /// Stands for all namespaces, and for channels without one.
    private static final String ALL = "*";

    private static final JsonMapper JSON = new JsonMapper();

    private final Set<String> namespaces;
    private final String epoch;
    private final int partitions;
    private final Outlet outlet;
    private final Clock clock;

    /// @param namespaces whose channels are published about
    /// @param epoch of the log
    /// @param partitions of the log: P
    public LifecycleLog(Set<String> namespaces, String epoch, int partitions, Outlet outlet, Clock clock) {
        this.namespaces = Set.copyOf(namespaces);
        this.epoch = epoch;
        this.partitions = partitions;
        this.outlet = outlet;
        this.clock = clock;
    }

    /// Whether something that happens to the channel is published.
    public static boolean wants(Set<String> namespaces, Channel channel) {
        return !namespaces.isEmpty()
                && !channel.isReserved()
                && (namespaces.contains(ALL) || namespaces.contains(channel.namespace()));
    }

    /// Publishes that the channel was occupied or vacated.
    ///
    /// @param cause the offset of the record of the interest topic that showed it
    public void channel(Lifecycle what, Channel channel, long cause, Watermark.@Nullable Ticket ticket) {
        publish(what, channel, cause, JSON.createObjectNode(), ticket);
    }

    /// Publishes that a member joined or left.
    ///
    /// @param cause the offset of the record of the presence topic that showed it
    void member(Lifecycle what, Channel channel, Member member, long cause, Watermark.@Nullable Ticket ticket) {
        var data = JSON.createObjectNode().put("user", member.user()).put("client", member.client());
        put(data, "connectionInfo", member.connectionInfo());
        put(data, "channelInfo", member.channelInfo());
        publish(what, channel, cause, data, ticket);
    }

    private void publish(
            Lifecycle what, Channel channel, long cause, ObjectNode facts, Watermark.@Nullable Ticket ticket) {
        var target = wants(namespaces, channel) ? Lifecycle.channelAbout(channel) : null;
        if (target == null) {
            return;
        }
        var data = JSON.createObjectNode().put("channel", channel.name());
        data.setAll(facts);
        int home = Partitions.of(channel, partitions);
        var id = new Event.Id(what.type().replace('.', '-') + '-' + epoch + '-' + home + '-' + cause);
        var event = what.event(id, target, clock.instant(), bytes(data));
        outlet.write(
                new ProducerRecord<>(
                        Topics.EVENT_PUBLISHED,
                        Partitions.of(target, partitions),
                        null,
                        target.name().getBytes(StandardCharsets.US_ASCII),
                        event.data().toByteArray(),
                        EventRecords.headers(event, id.value())),
                ticket);
    }

    /// Infos are JSON by contract; what is not is left out.
    private static void put(ObjectNode data, String name, ByteString json) {
        if (json.isEmpty()) {
            return;
        }
        try {
            data.set(name, JSON.readTree(json.toByteArray()));
        } catch (IOException _) {
            data.remove(name);
        }
    }

    private static ByteString bytes(ObjectNode data) {
        try {
            return UnsafeByteOperations.unsafeWrap(JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a JSON form", e);
        }
    }
}
