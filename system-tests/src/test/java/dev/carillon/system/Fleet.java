package dev.carillon.system;

import dev.carillon.testkit.InVmKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One broker and the services as they run in a small cluster: two connection nodes, two owners, one
/// dispatcher. Whoever brings a token is who it says, and nobody needs one.
final class Fleet implements AutoCloseable {

    /// Signs tokens (HS256).
    static final String TOKEN_SECRET = "system-tests-sign-with-this-secret";

    final InVmKafka kafka = InVmKafka.start();
    final Service firstNode;
    final Service secondNode;
    final Service firstOwner = fanout("fanout-1");
    final Service secondOwner = fanout("fanout-2");
    final Service dispatcher = dispatcher("dispatcher-1");

    private final List<Service> services;

    Fleet() {
        this(Map.of());
    }

    /// @param settings of the connection nodes, beside their names
    Fleet(Map<String, String> settings) {
        firstNode = connection("node-1", settings);
        secondNode = connection("node-2", settings);
        services = List.of(firstNode, secondNode, firstOwner, secondOwner, dispatcher);
    }

    /// Starts all of it and waits until all is ready.
    void start() {
        services.forEach(Service::start);
        services.forEach(Service::awaitReady);
    }

    /// Ends every service, some of them without a warning, and starts them again.
    void restart() {
        secondNode.kill();
        secondOwner.kill();
        services.forEach(Service::stop);
        start();
    }

    List<String> nodeUrls() {
        return List.of(firstNode.url("").toString(), secondNode.url("").toString());
    }

    private Service connection(String name, Map<String, String> settings) {
        var all = new HashMap<String, String>();
        all.put("carillon.connection.insecure", "true");
        all.put("carillon.connection.token-hmac-secret", TOKEN_SECRET);
        all.putAll(settings);
        all.put("carillon.connection.node", name);
        return new Service(
                "connection-service",
                name,
                environment(Map.of("QUARKUS_CONFIG_LOCATIONS", file(name, all).toString())));
    }

    /// Names of variables could not say everything that names of settings do.
    private static URI file(String name, Map<String, String> settings) {
        var file = Path.of("target", "settings", name + ".properties").toAbsolutePath();
        try {
            Files.createDirectories(file.getParent());
            Files.write(
                    file,
                    settings.entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toUri();
    }

    private Service fanout(String name) {
        return new Service("fanout-service", name, environment(Map.of("CARILLON_FANOUT_INSTANCE", name)));
    }

    private Service dispatcher(String name) {
        return new Service(
                "webhook-dispatcher",
                name,
                environment(Map.of(
                        "CARILLON_WEBHOOK_INSTANCE", name,
                        "CARILLON_WEBHOOK_INSECURE", "true",
                        "CARILLON_WEBHOOK_ALLOWED_TARGETS", "127.0.0.0/8",
                        "CARILLON_WEBHOOK_RETRY_TIERS", "1s,3s")));
    }

    private Map<String, String> environment(Map<String, String> own) {
        var all = new HashMap<>(own);
        all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        all.put("CARILLON_TOPICS_CREATE", "true");
        return all;
    }

    @Override
    public void close() {
        services.forEach(Service::close);
        kafka.close();
    }
}
