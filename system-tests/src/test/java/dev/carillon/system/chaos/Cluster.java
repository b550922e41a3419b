package dev.carillon.system.chaos;

import static org.awaitility.Awaitility.await;

import dev.carillon.system.chaos.Instance.Kind;
import dev.carillon.testkit.KafkaProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

/// As many brokers, connection nodes, owners and dispatchers as its [Shape] says, each a process of its own.
///
/// Safe for use by many threads.
final class Cluster implements AutoCloseable {

    /// How many there are of each.
    record Shape(int brokers, int nodes, int owners, int dispatchers) {

        /// Two at least of everything.
        static final Shape WHOLE = new Shape(3, 3, 2, 2);

        /// What webhooks need, with dispatchers that can take over from each other: of the other processes, none
        /// is to be killed.
        static final Shape WEBHOOKS = new Shape(1, 1, 1, 2);
    }

    /// How long a start may take: the machine may be busy with other things.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Path PROJECT = Path.of(System.getProperty("carillon.project", ".."));

    private final Path folder;
    private final List<Instance> instances;
    private final String bootstrap;
    private final Admin admin;
    private final Thread undertaker = new Thread(this::end, "undertaker");

    private Cluster(Path folder, Shape shape) {
        this.folder = folder;
        var ports = new Ports();
        var brokerPorts = ports.free(shape.brokers());
        this.bootstrap = String.join(
                ",", brokerPorts.stream().map(port -> "127.0.0.1:" + port).toList());
        this.instances = Stream.of(
                        brokers(brokerPorts, ports.free(shape.brokers())),
                        named("owner", shape.owners()).map(name -> owner(name, ports.free())),
                        named("node", shape.nodes()).map(name -> node(name, ports.free())),
                        named("dispatcher", shape.dispatchers()).map(name -> dispatcher(name, ports.free())))
                .flatMap(some -> some)
                .toList();
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    /// Starts all of it, and waits until all is ready.
    ///
    /// @param folder for logs and data
    static Cluster start(Path folder, Shape shape) {
        var cluster = new Cluster(folder, shape);
        // Should this JVM be interrupted, its children must not stay.
        Runtime.getRuntime().addShutdownHook(cluster.undertaker);
        try {
            cluster.of(Kind.BROKER).forEach(Instance::start);
            await("brokers").atMost(PATIENCE).until(() -> cluster.brokersUp() == shape.brokers());
            cluster.services().forEach(Instance::start);
            cluster.awaitReady();
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    /// Starts what does not run, and waits until all is ready and all copies are complete.
    void heal() {
        instances.forEach(Instance::start);
        awaitReady();
        await("all copies").atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(this::isReplicated);
    }

    private void awaitReady() {
        for (var service : services()) {
            await(service + " to be ready")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(250))
                    .until(service::isReady);
        }
    }

    List<Instance> of(Kind kind) {
        return instances.stream().filter(instance -> instance.kind == kind).toList();
    }

    List<Instance> services() {
        return instances.stream()
                .filter(instance -> instance.kind != Kind.BROKER)
                .toList();
    }

    List<Instance> instances() {
        return instances;
    }

    Instance named(String name) {
        return instances.stream()
                .filter(instance -> instance.name.equals(name))
                .findAny()
                .orElseThrow();
    }

    KafkaProbe probe() {
        return new KafkaProbe(bootstrap);
    }

    List<String> troubles() {
        return instances.stream()
                .flatMap(instance -> instance.troubles().stream())
                .toList();
    }

    private int brokersUp() {
        try {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size();
        } catch (ExecutionException | TimeoutException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /// Whether every partition has all of its copies, so that a broker can go without taking the only others.
    boolean isReplicated() {
        try {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(5, TimeUnit.SECONDS);
            return admin.describeTopics(names).allTopicNames().get(5, TimeUnit.SECONDS).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Stream<String> named(String kind, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(n -> kind + "-" + n);
    }

    private Stream<Instance> brokers(List<Integer> ports, List<Integer> controllerPorts) {
        var clusterId = Uuid.randomUuid().toString();
        return IntStream.range(0, ports.size()).mapToObj(node -> {
            var name = "broker-" + (node + 1);
            var command = new ArrayList<>(java("256m"));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerProcess.class.getName()));
            command.addAll(
                    BrokerProcess.arguments(clusterId, node, ports, controllerPorts, folder.resolve(name + ".data")));
            return new Instance(Kind.BROKER, name, ports.get(node), command, Map.of(), folder);
        });
    }

    private Instance node(String name, int port) {
        return service(
                Kind.NODE,
                "connection-service",
                name,
                port,
                Map.of(
                        "CARILLON_CONNECTION_NODE", name,
                        "CARILLON_CONNECTION_INSECURE", "true",
                        "CARILLON_CONNECTION_PING", "3s",
                        "CARILLON_CONNECTION_STREAM_HEARTBEAT", "3s"));
    }

    private Instance owner(String name, int port) {
        return service(Kind.OWNER, "fanout-service", name, port, Map.of("CARILLON_FANOUT_INSTANCE", name));
    }

    private Instance dispatcher(String name, int port) {
        return service(
                Kind.DISPATCHER,
                "webhook-dispatcher",
                name,
                port,
                Map.of(
                        "CARILLON_WEBHOOK_INSTANCE", name,
                        "CARILLON_WEBHOOK_INSECURE", "true",
                        "CARILLON_WEBHOOK_ALLOWED_TARGETS", "127.0.0.0/8",
                        "CARILLON_WEBHOOK_RETRY_TIERS", "1s,5s"));
    }

    private Instance service(Kind kind, String module, String name, int port, Map<String, String> own) {
        var jar =
                PROJECT.resolve(module).resolve("target").resolve("quarkus-app").resolve("quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(module + " is not packaged: build it first");
        }
        var command = new ArrayList<>(java("192m"));
        command.addAll(List.of("-jar", jar.toString()));
        var environment = new HashMap<>(own);
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrap);
        environment.put("CARILLON_TOPICS_CREATE", "true");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_BANNER_ENABLED", "false");
        return new Instance(kind, name, port, command, environment, folder);
    }

    private static List<String> java(String heap) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED");
    }

    /// Ports where nobody listens, below those that systems give to clients: one of these could be taken while
    /// its process is down.
    private static final class Ports {
        private final Set<Integer> given = new HashSet<>();

        int free() {
            while (true) {
                int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
                try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    if (given.add(port)) {
                        return port;
                    }
                } catch (IOException _) {
                    // Somebody has it.
                }
            }
        }

        List<Integer> free(int count) {
            return IntStream.range(0, count).mapToObj(_ -> free()).toList();
        }
    }

    private void end() {
        instances.forEach(Instance::close);
    }

    /// Ends all processes, and forgets what the brokers kept.
    @Override
    public void close() {
        end();
        admin.close(Duration.ZERO);
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException _) {
            // The JVM is ending already.
        }
        of(Kind.BROKER).forEach(broker -> delete(folder.resolve(broker.name + ".data")));
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
