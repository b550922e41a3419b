package dev.carillon.fanout.route;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.NamespaceCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What is kept of the channels of each namespace.
///
/// One thread changes it, that of the state table; many look up, and [#version()] grows after the change.
public final class NamespaceIndex {

    private final Keeping otherwise;
    private final Map<String, Keeping> rows = new ConcurrentHashMap<>();
    private volatile int version;

    /// What is kept of a channel.
    ///
    /// @param size publications
    /// @param ttlMillis how long each
    /// @param ephemeral whether its events are for followers alone, not for endpoints
    record Keeping(int size, long ttlMillis, boolean ephemeral) {}

    /// @param historySize of channels whose namespace has no row
    /// @param historyTtl of channels whose namespace has no row
    public NamespaceIndex(int historySize, Duration historyTtl) {
        this.otherwise = new Keeping(historySize, historyTtl.toMillis(), false);
    }

    /// Takes over a row of the namespaces' topic.
    ///
    /// @throws IllegalArgumentException when the row cannot be read; then nothing changes
    public void changed(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            throw new IllegalArgumentException("namespace row has no key");
        }
        var name = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            rows.remove(name);
        } else {
            rows.put(name, keeping(NamespaceCodec.read(row.value())));
        }
        bumpVersion();
    }

    /// The longest that anything is kept.
    public Duration longestTtl() {
        long longest =
                rows.values().stream().mapToLong(Keeping::ttlMillis).max().orElse(0);
        return Duration.ofMillis(Math.max(longest, otherwise.ttlMillis()));
    }

    /// An index for a search in the past of one channel: it keeps more publications than this one, but none
    /// that this one would not keep because of its age.
    public NamespaceIndex forSearch(Channel channel, int size) {
        var keeping = of(channel);
        return new NamespaceIndex(keeping.size() == 0 ? 0 : size, Duration.ofMillis(keeping.ttlMillis()));
    }

    int version() {
        return version;
    }

    Keeping of(Channel channel) {
        return rows.getOrDefault(channel.namespace(), otherwise);
    }

    private static Keeping keeping(Namespace namespace) {
        int size = namespace.ephemeral() ? 0 : namespace.history().size();
        return new Keeping(size, namespace.history().ttl().toMillis(), namespace.ephemeral());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes, many read
    private void bumpVersion() {
        version++;
    }
}
