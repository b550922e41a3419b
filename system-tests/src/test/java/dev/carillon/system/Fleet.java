package dev.carillon.system;

import dev.carillon.testkit.InVmKafka;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One broker and the services as they run in a small cluster: two connection nodes, two owners, one
/// dispatcher. Whoever brings a token is who it says, and nobody needs one.
final class Fleet implements AutoCloseable {

    /// Signs tokens (HS256).
    static final String TOKEN_SECRET = "system-tests-sign-with-this-secret";

    final InVmKafka kafka = InVmKafka.start();
    final Service firstNode = connection("node-1");
    final Service secondNode = connection("node-2");
    final Service firstOwner = fanout("fanout-1");
    final Service secondOwner = fanout("fanout-2");
    final Service dispatcher = dispatcher("dispatcher-1");

    private final List<Service> services = List.of(firstNode, secondNode, firstOwner, secondOwner, dispatcher);

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

    private Service connection(String name) {
        return new Service(
                "connection-service",
                name,
                environment(Map.of(
                        "CARILLON_CONNECTION_NODE", name,
                        "CARILLON_CONNECTION_INSECURE", "true",
                        "CARILLON_CONNECTION_TOKEN_HMAC_SECRET", TOKEN_SECRET)));
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
