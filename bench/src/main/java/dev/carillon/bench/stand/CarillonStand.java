package dev.carillon.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Carillon with a broker of its own, as packaged in a checkout: jars or native binaries.
///
/// Nobody needs a key; [#TOKEN_SECRET] signs tokens (HS256) for whoever brings one all the same.
public final class CarillonStand implements Contender {

    public static final String TOKEN_SECRET = "bench-signs-tokens-with-this-secret";

    private static final List<String> JAVA_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    private final String name;
    private final Build build;
    private final Path work;
    private final JsonNode manner;
    private final int brokerPort = Ports.free();
    private final List<Service> services = new ArrayList<>();
    private final List<Child> children = Collections.synchronizedList(new ArrayList<>());

    /// Where the services come from.
    ///
    /// @param project the root of a checkout in which they are packaged
    /// @param isNative binaries instead of jars
    public record Build(Path project, boolean isNative) {}

    /// How many of each there are.
    ///
    /// @param settings of the services, in their own words (`carillon.connection.…`)
    public record Shape(int owners, int nodes, int dispatchers, Map<String, String> settings) {}

    /// A service that runs.
    public record Service(Child child, int port) {
        public InetSocketAddress address() {
            return Ports.local(port);
        }
    }

    private CarillonStand(String name, Build build, JsonNode manner, Path work) {
        this.name = name;
        this.build = build;
        this.manner = manner;
        this.work = work;
    }

    /// Starts all of it on an empty log, and waits until all is ready.
    ///
    /// @param manner how clients talk to it
    /// @param work where it keeps its log, and where what it says goes
    static CarillonStand start(String name, Build build, JsonNode manner, Shape shape, Path work)
            throws IOException, InterruptedException {
        var stand = new CarillonStand(name, build, manner, work);
        try {
            stand.startBroker();
            for (int n = 1; n <= shape.owners(); n++) {
                stand.start("fanout", n, shape, Map.of("carillon.fanout.instance", "bench-" + n));
            }
            for (int n = 1; n <= shape.nodes(); n++) {
                stand.start("connection", n, shape, connectionSettings(n));
            }
            for (int n = 1; n <= shape.dispatchers(); n++) {
                stand.start("webhook", n, shape, webhookSettings(n));
            }
            for (var service : stand.services) {
                service.child().await(() -> Ports.isReady(service.port()));
            }
            return stand;
        } catch (RuntimeException | IOException | InterruptedException e) {
            stand.close();
            throw e;
        }
    }

    private static Map<String, String> connectionSettings(int number) {
        return Map.of(
                "carillon.connection.node",
                "bench-" + number,
                "carillon.connection.insecure",
                "true",
                "carillon.connection.token-hmac-secret",
                TOKEN_SECRET);
    }

    private static Map<String, String> webhookSettings(int number) {
        return Map.of(
                "carillon.webhook.instance", "bench-" + number,
                "carillon.webhook.insecure", "true",
                "carillon.webhook.allowed-targets", "127.0.0.0/8");
    }

    private void startBroker() throws InterruptedException {
        var jar = build.project().resolve("deploy/local/broker/target/local-broker.jar");
        var command = List.of(
                java(),
                "-Xms512m",
                "-Xmx512m",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString(),
                Integer.toString(brokerPort),
                work.resolve("kafka").toString());
        var broker = Child.start("broker", command, Map.of(), work);
        children.add(broker);
        broker.await(() -> Ports.isOpen(brokerPort));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void start(String kind, int number, Shape shape, Map<String, String> own) throws IOException {
        var prefix = "carillon." + kind + ".";
        var all = new HashMap<>(own);
        // Each service is told of its own settings, and of what is no service's.
        shape.settings().forEach((key, value) -> {
            if (!key.startsWith("carillon.") || key.startsWith(prefix)) {
                all.put(key, value);
            }
        });
        int port = Ports.free();
        all.put("quarkus.http.port", Integer.toString(port));
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.banner.enabled", "false");
        all.put("kafka.bootstrap.servers", bootstrapServers());
        all.put("carillon.topics.create", "true");
        var serviceName = kind + "-" + number;
        // Names of variables could not say everything that names of settings do.
        var file = work.resolve(serviceName + ".properties");
        Files.write(
                file,
                all.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
        var environment = Map.of("QUARKUS_CONFIG_LOCATIONS", file.toUri().toString());
        var child = Child.start(serviceName, command(module(kind)), environment, work);
        children.add(child);
        services.add(new Service(child, port));
    }

    private static String module(String kind) {
        return switch (kind) {
            case "fanout" -> "fanout-service";
            case "connection" -> "connection-service";
            default -> "webhook-dispatcher";
        };
    }

    private List<String> command(String module) throws IOException {
        var target = build.project().resolve(module).resolve("target");
        if (build.isNative()) {
            try (var files = Files.list(target)) {
                return files.map(Path::toString)
                        .filter(file -> file.endsWith("-runner"))
                        .findAny()
                        .map(binary -> List.of(binary, "-Xmx1g"))
                        .orElseThrow(() -> new IllegalStateException(module + " has no native binary: build it first"));
            }
        }
        var jar = target.resolve("quarkus-app").resolve("quarkus-run.jar").toString();
        return Stream.of(List.of(java(), "-Xmx1g"), JAVA_FLAGS, List.of("-jar", jar))
                .flatMap(List::stream)
                .toList();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    /// The services of a kind (`fanout`, `connection`, `webhook`), in order.
    public List<Service> services(String kind) {
        return services.stream()
                .filter(service -> service.child().name().startsWith(kind + "-"))
                .toList();
    }

    @Override
    public String name() {
        return name;
    }

    /// The first connection node.
    @Override
    public InetSocketAddress address() {
        return services("connection").getFirst().address();
    }

    @Override
    public JsonNode manner() {
        return manner;
    }

    @Override
    public List<Child> servers() {
        return List.copyOf(children);
    }

    /// Services first, then what they lean on.
    @Override
    public void close() {
        children.reversed().forEach(Child::close);
    }
}
