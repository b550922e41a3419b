package dev.carillon.system.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One broker of a cluster that is to be killed: a JVM of its own, broker and controller in one.
///
/// Each has a copy of everything, and all but one must have what is acknowledged. A killed process leaves what it
/// wrote with the operating system, so it comes back with its log.
final class BrokerProcess {

    /// Sizes and times that fit a small machine and a short run.
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.num.partitions", "2"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("broker.heartbeat.interval.ms", "1000"),
            Map.entry("broker.session.timeout.ms", "6000"),
            Map.entry("log.segment.bytes", "67108864"),
            Map.entry("log.index.size.max.bytes", "262144"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("num.recovery.threads.per.data.dir", "1"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"));

    private BrokerProcess() {}

    /// The arguments of [#main].
    ///
    /// @param node which of them this one is, from 0
    /// @param ports where clients reach each of them
    /// @param controllerPorts where they reach each other's controllers
    static List<String> arguments(
            String clusterId, int node, List<Integer> ports, List<Integer> controllerPorts, Path folder) {
        return List.of(
                clusterId,
                Integer.toString(node),
                Integer.toString(ports.get(node)),
                controllerPorts.stream().map(String::valueOf).collect(Collectors.joining(",")),
                folder.toString());
    }

    /// Runs until the process is told to stop, or killed.
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[4]);
        int node = Integer.parseInt(arguments[1]);
        format(arguments[0], node, folder);
        var settings = settings(node, arguments[2], List.of(arguments[3].split(",")), folder);
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(String clusterId, int node, Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(folder);
        new Formatter()
                .setNodeId(node)
                .setClusterId(clusterId)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .setIgnoreFormatted(true)
                .run();
    }

    private static Map<String, String> settings(int node, String port, List<String> controllerPorts, Path folder) {
        var settings = new HashMap<>(SMALL);
        var copies = Integer.toString(controllerPorts.size());
        var enough = Integer.toString(Math.max(1, controllerPorts.size() - 1));
        settings.put("default.replication.factor", copies);
        settings.put("offsets.topic.replication.factor", copies);
        settings.put("transaction.state.log.replication.factor", copies);
        settings.put("min.insync.replicas", enough);
        settings.put("transaction.state.log.min.isr", enough);
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(node));
        settings.put(
                "controller.quorum.voters",
                IntStream.range(0, controllerPorts.size())
                        .mapToObj(voter -> "%d@127.0.0.1:%s".formatted(voter, controllerPorts.get(voter)))
                        .collect(Collectors.joining(",")));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put(
                "listeners",
                "BROKER://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s".formatted(port, controllerPorts.get(node)));
        settings.put("advertised.listeners", "BROKER://127.0.0.1:" + port);
        settings.put("log.dirs", folder.toString());
        return settings;
    }
}
