package dev.carillon.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What makes a Kafka small and quick enough to share a laptop with three services, in Kafka's own words.
final class BrokerSettings {
    static final int NODE = 1;
    static final String CONTROLLER = "CONTROLLER";

    /// One copy of everything, since there is one broker; few partitions of Kafka's own topics; no wait for
    /// further group members. A stop takes a few heartbeats; a start after a kill waits until the killed
    /// broker's session is over.
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "6"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "6"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "2"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("broker.session.timeout.ms", "9000"),
            Map.entry("log.segment.bytes", "67108864"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("log.retention.check.interval.ms", "60000"),
            Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
            Map.entry("num.recovery.threads.per.data.dir", "2"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private BrokerSettings() {}

    /// Settings of the broker on that loopback port, its controller on another, everything it keeps in
    /// `folder`.
    static Map<String, String> of(int port, int controllerPort, Path folder) {
        var settings = new HashMap<>(SMALL);
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE));
        settings.put("controller.quorum.voters", "%d@127.0.0.1:%d".formatted(NODE, controllerPort));
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("listeners", "BROKER://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        settings.put("advertised.listeners", "BROKER://127.0.0.1:%d".formatted(port));
        settings.put("log.dirs", folder.toString());
        return settings;
    }
}
