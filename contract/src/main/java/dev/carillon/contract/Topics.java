package dev.carillon.contract;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Every topic, who writes and reads it, its key and why, and what Kafka keeps of it. Read this first.
///
/// **The log side is co-partitioned by channel** (same number of partitions P, partition = murmur2(channel) mod P):
/// one fanout instance owns a channel's events, followers, presence and queries together. **The delivery side
/// is co-partitioned by endpoint** (W partitions): one dispatcher owns everything about an endpoint. Names end
/// in the version of what is in them; a change that old readers cannot read is a new version.
public final class Topics {

    /// The log: one record per event, in CloudEvents binary mode; any Kafka producer may write it. Key:
    /// channel. Connection-service, dispatcher and any producer → fanout-service.
    public static final String EVENT_PUBLISHED = "carillon.event.published.v1";

    /// Which node follows which channel. Key: channel and node, in the channel's partition. Connection →
    /// fanout.
    public static final String INTEREST_STATE = "carillon.interest.state.v1";

    /// Who is present in which channel. Key: channel and client, in the channel's partition. Connection →
    /// fanout.
    public static final String PRESENCE_STATE = "carillon.presence.state.v1";

    /// Up to where the past of channels was removed, as it was read in the log, so that later owners know it
    /// without reading all of the log again. Key: [Removal], in the channel's partition. Fanout → fanout.
    public static final String REMOVAL_STATE = "carillon.removal.state.v1";

    /// Questions to the owner of a channel; answers come to the asking node's inbox. Key: channel. Connection →
    /// fanout.
    public static final String CHANNEL_QUERY = "carillon.channel.query.v1";

    /// The beginning of the names of inboxes: one topic per node, everything the owners tell that node, in
    /// order. Made by the node at its start, deleted at its end, or by fanout when the node is dead. Fanout,
    /// connection → node.
    public static final String NODE_INBOX_PREFIX = "carillon.node.inbox.v1.";

    /// Heartbeats of nodes, every 3 s. Key: node, so that only the newest stays. Connection → all.
    public static final String NODE_STATE = "carillon.node.state.v1";

    /// What every node has to do. No key: each node reads all. Admin REST → connection.
    public static final String NODE_COMMAND = "carillon.node.command.v1";

    /// Options of namespaces. Key: namespace. Admin REST → all.
    public static final String NAMESPACE_STATE = "carillon.namespace.state.v1";

    /// Registered webhook endpoints, as JSON. Key: endpoint. Dispatcher → fanout, dispatcher.
    public static final String ENDPOINT_STATE = "carillon.endpoint.state.v1";

    /// One record per event and endpoint that matches it. Key: endpoint, so that its owner sees it in order.
    /// Fanout → dispatcher.
    public static final String DELIVERY_WEBHOOK = "carillon.delivery.webhook.v1";

    /// The beginning of the names of retry tiers (`carillon.delivery.retry-30s.v1`). Key: endpoint.
    /// One fixed delay each, so that records fall due in order. Dispatcher → dispatcher.
    public static final String DELIVERY_RETRY_PREFIX = "carillon.delivery.retry-";

    /// What came of each attempt, as JSON; also what a new owner reads back. Key: endpoint. Dispatcher →
    /// dispatcher, sinks.
    public static final String DELIVERY_ATTEMPT = "carillon.delivery.attempt.v1";

    /// Where an endpoint that does not keep up stands. Key: endpoint. Dispatcher → dispatcher.
    public static final String DELIVERY_CURSOR_STATE = "carillon.delivery.cursor.state.v1";

    /// Replay, resend, cancel, and what an owner found out about an endpoint: to the endpoint's owner. Key: endpoint.
    /// Admin REST, dispatcher → dispatcher.
    public static final String DELIVERY_COMMAND = "carillon.delivery.command.v1";

    /// How far operations are, and which deliveries are cancelled, as JSON. Key: operation, operation and
    /// partition, or endpoint and event. Rows end when they are 30 days old. Admin REST, dispatcher →
    /// dispatcher.
    public static final String OPERATION_STATE = "carillon.operation.state.v1";

    /// Deliveries that were given up. Key: endpoint. Dispatcher → admin REST, sinks.
    public static final String DELIVERY_DEAD = "carillon.delivery.dead.v1";

    /// Records of the log side and of sources that nobody can use, with the reason in headers. Key: that of the
    /// record. Fanout → operators.
    public static final String EVENT_DEAD = "carillon.event.dead.v1";

    private static final String DELIVERY_PREFIX = "carillon.delivery.";

    /// Twice what Kafka takes by default, so that an event of a mebibyte fits with all that goes with it.
    private static final String EVENT_BYTES = "2097152";

    private static final Duration QUERY_RETENTION = Duration.ofMinutes(10);

    private Topics() {}

    /// What Kafka keeps.
    public sealed interface Cleanup {

        /// The newest record per key.
        record Compact() implements Cleanup {}

        /// The newest record per key, if it is of the last while.
        record CompactFor(Duration time) implements Cleanup {}

        /// All records of the last while.
        record Retain(Duration time) implements Cleanup {}
    }

    /// What a topic must look like.
    ///
    /// @param partitions how many partitions it has: exactly, because keys depend on it
    public record Spec(String name, int partitions, Cleanup cleanup) {

        /// The topic configuration that goes with it.
        public Map<String, String> configuration() {
            return switch (cleanup) {
                case Cleanup.Compact _ ->
                    Map.of("cleanup.policy", "compact", "min.cleanable.dirty.ratio", "0.1", "segment.ms", "3600000");
                case Cleanup.CompactFor(var time) ->
                    Map.of(
                            "cleanup.policy",
                            "compact,delete",
                            "retention.ms",
                            Long.toString(time.toMillis()),
                            "min.cleanable.dirty.ratio",
                            "0.1",
                            "segment.ms",
                            "3600000");
                case Cleanup.Retain(var time)
                when carriesEvents() ->
                    Map.of(
                            "cleanup.policy",
                            "delete",
                            "retention.ms",
                            Long.toString(time.toMillis()),
                            "max.message.bytes",
                            EVENT_BYTES);
                case Cleanup.Retain(var time) ->
                    Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(time.toMillis()));
            };
        }

        private boolean carriesEvents() {
            return name.equals(EVENT_PUBLISHED)
                    || name.equals(EVENT_DEAD)
                    || name.startsWith(NODE_INBOX_PREFIX)
                    || name.startsWith(DELIVERY_PREFIX);
        }
    }

    /// The topics co-partitioned by channel, and those that every service reads.
    ///
    /// @param logPartitions P
    public static List<Spec> log(int logPartitions) {
        return List.of(
                events(logPartitions),
                compacted(INTEREST_STATE, logPartitions),
                compacted(PRESENCE_STATE, logPartitions),
                compacted(REMOVAL_STATE, logPartitions),
                retained(CHANNEL_QUERY, logPartitions, QUERY_RETENTION),
                retained(EVENT_DEAD, 1, Duration.ofDays(30)),
                compacted(NODE_STATE, 1),
                retained(NODE_COMMAND, 1, QUERY_RETENTION),
                compacted(NAMESPACE_STATE, 1),
                compacted(ENDPOINT_STATE, 1));
    }

    /// The log alone.
    ///
    /// @param logPartitions P
    public static Spec events(int logPartitions) {
        return retained(EVENT_PUBLISHED, logPartitions, Duration.ofDays(7));
    }

    /// The topics co-partitioned by endpoint, without retry tiers.
    ///
    /// @param webhookPartitions W
    public static List<Spec> deliveries(int webhookPartitions) {
        return List.of(
                compacted(ENDPOINT_STATE, 1),
                retained(DELIVERY_WEBHOOK, webhookPartitions, Duration.ofDays(7)),
                retained(DELIVERY_ATTEMPT, webhookPartitions, Duration.ofDays(30)),
                compacted(DELIVERY_CURSOR_STATE, webhookPartitions),
                retained(DELIVERY_COMMAND, webhookPartitions, Duration.ofDays(2)),
                new Spec(OPERATION_STATE, 1, new Cleanup.CompactFor(Duration.ofDays(30))),
                retained(DELIVERY_DEAD, webhookPartitions, Duration.ofDays(30)));
    }

    /// The retry topic that holds records for `delay`, and for two days more in case nobody reads it.
    public static Spec retry(Duration delay, int webhookPartitions) {
        var name = DELIVERY_RETRY_PREFIX + delay.toString().substring(2).toLowerCase(Locale.ROOT) + ".v1";
        return retained(name, webhookPartitions, delay.plusDays(2));
    }

    /// The inbox of a node.
    public static Spec inbox(String node) {
        return retained(NODE_INBOX_PREFIX + node, 1, QUERY_RETENTION);
    }

    private static Spec compacted(String name, int partitions) {
        return new Spec(name, partitions, new Cleanup.Compact());
    }

    private static Spec retained(String name, int partitions, Duration time) {
        return new Spec(name, partitions, new Cleanup.Retain(time));
    }
}
