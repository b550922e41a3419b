package dev.carillon.connection.cluster;

import dev.carillon.connection.LogTopics;
import dev.carillon.contract.NodeState;
import dev.carillon.contract.Topics;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateTable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The nodes of the cluster that live, as this one knows them: those that were heard of lately.
///
/// Safe for use by many threads; what they see may be some milliseconds old.
@Singleton
public final class Nodes {

    private static final Duration LEASE = Duration.ofSeconds(10);

    private final LogTopics topics;
    private final KafkaClients clients;
    private final Clock clock = Clock.systemUTC();
    private final Map<String, Heard> nodes = new ConcurrentHashMap<>();
    private volatile @Nullable StateTable table;
    private volatile boolean stopped;

    /// @param at milliseconds since 1970
    private record Heard(NodeState state, long at) {}

    Nodes(LogTopics topics, KafkaClients clients) {
        this.topics = topics;
        this.clients = clients;
    }

    void start(@Observes StartupEvent event) {
        var _ = topics.ready().thenAccept(_ -> follow());
    }

    void stop(@Observes @Priority(8500) ShutdownEvent event) {
        stopped = true;
        var open = table;
        if (open != null) {
            open.close();
        }
    }

    /// Those that live.
    public Collection<NodeState> all() {
        long oldest = clock.millis() - LEASE.toMillis();
        return nodes.values().stream()
                .filter(heard -> heard.at() >= oldest)
                .map(Heard::state)
                .toList();
    }

    /// Whether a node of that name lives.
    public boolean lives(String name) {
        var heard = nodes.get(name);
        return heard != null && heard.at() >= clock.millis() - LEASE.toMillis();
    }

    private void follow() {
        if (!stopped) {
            table = StateTable.follow(clients, Topics.NODE_STATE, this::changed);
        }
    }

    private void changed(ConsumerRecord<byte[], byte[]> row) {
        var name = new String(row.key(), StandardCharsets.US_ASCII);
        if (row.value() == null) {
            nodes.remove(name);
            return;
        }
        // An old row may be of a node that died long ago; clocks of others may be ahead of ours.
        long at = Math.min(row.timestamp(), clock.millis());
        nodes.put(name, new Heard(NodeState.fromJson(row.value()), at));
        forgetDead();
    }

    private void forgetDead() {
        long longAgo = clock.millis() - LEASE.multipliedBy(6).toMillis();
        List.copyOf(nodes.entrySet()).forEach(node -> {
            if (node.getValue().at() < longAgo) {
                nodes.remove(node.getKey(), node.getValue());
            }
        });
    }
}
