package dev.carillon.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A Kafka of one: broker and controller in this JVM, reached over loopback only, for local use.
///
/// `local-broker PORT FOLDER`: the folder is formatted when it is new and keeps everything (cluster id, topic
/// ids, records, committed offsets) until somebody deletes it, so positions stay valid across restarts. SIGTERM
/// stops it cleanly; after a kill it checks its open segments at the next start. It says `ready` on standard
/// output once it takes requests.
public final class LocalBroker {
    private static final int USAGE = 2;
    private static final int FAILED = 1;

    private LocalBroker() {}

    /// Runs until the process is told to stop.
    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: local-broker PORT FOLDER");
            System.exit(USAGE);
        }
        try {
            run(Integer.parseInt(arguments[0]), Path.of(arguments[1]).toAbsolutePath());
        } catch (Exception e) {
            System.err.println("local-broker: " + rootOf(e));
            // Not exit: shutdown hooks of a half-started broker may wait for what never came.
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void run(int port, Path folder) throws Exception {
        var settings = BrokerSettings.of(port, freePort(), folder);
        format(folder);
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        server.startup();
        System.out.println("ready on 127.0.0.1:" + port);
        server.awaitShutdown();
    }

    /// Makes the folder a Kafka log folder with a cluster id of its own; leaves one that already is alone.
    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(folder);
        new Formatter()
                .setNodeId(BrokerSettings.NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName(BrokerSettings.CONTROLLER)
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .setIgnoreFormatted(true)
                .run();
    }

    /// A port for the controller, which only this process talks to; it may differ at every start.
    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static String rootOf(Throwable e) {
        var root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
