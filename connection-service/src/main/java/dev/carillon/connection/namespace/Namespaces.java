package dev.carillon.connection.namespace;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.LogTopics;
import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.NamespaceCodec;
import dev.carillon.contract.Topics;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.kit.KafkaClients;
import dev.carillon.kit.StateRows;
import dev.carillon.kit.StateWriter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The namespaces, as this node knows them: rows of the topic, and below them what configuration has. Fanout
/// knows the rows only, so what configuration has is written as rows of revision 0, unless somebody changed
/// them through the HTTP API (revision 1 and above).
///
/// Safe for use by many threads. Reading never blocks, writing waits: for virtual threads.
@Singleton
public final class Namespaces {

    private static final Logger LOG = Logger.getLogger(Namespaces.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Rules DEFAULT = Rules.of(Namespace.DEFAULT);
    private static final Rules RESERVED = Rules.of(Namespace.defaults(Channel.RESERVED_NAMESPACE));

    private final Map<String, Rules> seeds;
    private final boolean strict;
    private final LogTopics topics;
    private final KafkaClients clients;
    private volatile @Nullable StateRows<Rules> rows;
    private volatile boolean known;
    private volatile boolean stopped;

    Namespaces(ConnectionConfig config, LogTopics topics, KafkaClients clients) {
        this.seeds = Seeds.of(config.namespaces());
        this.strict = config.strictNamespaces();
        this.topics = topics;
        this.clients = clients;
    }

    void start(@Observes StartupEvent event) {
        var _ = topics.ready()
                .thenAccept(_ -> Thread.ofVirtual().name("namespaces-follow").start(this::follow));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        var last = rows;
        if (last != null) {
            last.close();
        }
    }

    /// Whether all rows are read. Before that, a namespace may seem to be more open than it is.
    public boolean isKnown() {
        return known;
    }

    /// What holds for a channel.
    public Namespace of(Channel channel) {
        return rules(channel.namespace()).namespace();
    }

    /// What is wrong with a channel that somebody names, null when nothing is.
    public @Nullable ErrorCode fault(Channel channel) {
        var name = channel.namespace();
        if (strict && !name.isEmpty() && row(name) == null) {
            return ErrorCode.UNKNOWN_CHANNEL;
        }
        return rules(name).admits(channel.name()) ? null : ErrorCode.BAD_REQUEST;
    }

    /// A namespace that somebody configured, null when nobody did.
    public @Nullable Namespace find(String name) {
        var rules = row(name);
        return rules == null ? null : rules.namespace();
    }

    /// All of these, by their names.
    public Collection<Namespace> all() {
        var all = new TreeMap<String, Namespace>();
        seeds.forEach((name, rules) -> all.put(name, rules.namespace()));
        var now = rows;
        if (now != null) {
            now.all().forEach(row -> all.put(row.namespace().name(), row.namespace()));
        }
        return all.values();
    }

    /// Writes a namespace; returns when this node knows it.
    ///
    /// @throws StateWriter.UnwrittenException when it may not be written
    /// @throws IllegalStateException while the rows are not read yet
    public void put(Namespace namespace) {
        write(namespace.name(), NamespaceCodec.write(namespace));
    }

    /// Takes a namespace back to what configuration has, or to nothing.
    ///
    /// @throws StateWriter.UnwrittenException when it may not be written
    /// @throws IllegalStateException while the rows are not read yet
    public void delete(String name) {
        var seed = seeds.get(name);
        write(name, seed == null ? null : NamespaceCodec.write(seed.namespace()));
    }

    private Rules rules(String name) {
        var row = row(name);
        if (row != null) {
            return row;
        }
        return name.equals(Channel.RESERVED_NAMESPACE) ? RESERVED : DEFAULT;
    }

    private @Nullable Rules row(String name) {
        var now = rows;
        var row = now == null ? null : now.find(name);
        return row == null ? seeds.get(name) : row;
    }

    private void write(String name, byte @Nullable [] value) {
        var now = rows;
        if (now == null || !known) {
            throw new IllegalStateException("namespaces are not read yet");
        }
        // Rare: a producer of its own is cheaper than one that waits for months.
        try (var writer = StateWriter.open(clients, PATIENCE)) {
            var key = name.getBytes(StandardCharsets.UTF_8);
            writer.write(new ProducerRecord<>(Topics.NAMESPACE_STATE, 0, key, value), now);
        }
    }

    private void follow() {
        if (stopped) {
            return;
        }
        var following = StateRows.follow(clients, Topics.NAMESPACE_STATE, Rules::read);
        rows = following;
        var _ = following.caughtUp().thenRunAsync(this::seed, Thread::startVirtualThread);
    }

    private void seed() {
        known = true;
        var now = rows;
        seeds.forEach((name, seed) -> {
            var row = now == null ? null : now.find(name);
            if (row == null
                    || (row.namespace().revision() == 0 && !row.namespace().equals(seed.namespace()))) {
                seed(seed.namespace());
            }
        });
    }

    private void seed(Namespace namespace) {
        try {
            put(namespace);
        } catch (StateWriter.UnwrittenException e) {
            LOG.warn("a configured namespace is not written; the next start tries again", e);
        }
    }
}
