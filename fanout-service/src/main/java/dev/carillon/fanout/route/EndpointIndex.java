package dev.carillon.fanout.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.kit.Partitions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Which endpoints want a channel: a look-up by name and a walk over the beginnings of the name, never a scan.
///
/// One thread changes it, that of the state table; many look up. A look-up during a change sees an endpoint as
/// it was or as it will be, and [#version()] grows after the change.
public final class EndpointIndex {

    private static final JsonMapper JSON = new JsonMapper();

    /// An enabled endpoint, as far as routing needs it.
    public static final class Target {
        private final byte[] key;
        private final int partition;
        private final Set<String> types;

        private Target(String id, int partitions, Set<String> types) {
            this.key = id.getBytes(StandardCharsets.UTF_8);
            this.partition = Partitions.of(key, partitions);
            this.types = types;
        }

        /// The key of its deliveries; not to be changed.
        byte[] key() {
            return key;
        }

        int partition() {
            return partition;
        }

        boolean wants(String type) {
            return types.isEmpty() || types.contains(type);
        }

        public String id() {
            return new String(key, StandardCharsets.UTF_8);
        }
    }

    private final int partitions;
    private final Map<String, Map<String, Target>> exact = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Map<String, Target>> beginnings = new ConcurrentSkipListMap<>();
    private final Map<String, Set<ChannelPattern>> patterns = new HashMap<>();
    private volatile int version;

    /// @param partitions of the deliveries' topic: W
    public EndpointIndex(int partitions) {
        this.partitions = partitions;
    }

    /// Grows with every change.
    int version() {
        return version;
    }

    /// Takes over a row of the endpoints' topic.
    ///
    /// @throws IllegalArgumentException when the row cannot be read; then nothing changes
    public void changed(ConsumerRecord<byte[], byte[]> row) {
        var id = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            remove(id);
            return;
        }
        var tree = tree(row.value());
        if (!tree.path("enabled").asBoolean(true)) {
            remove(id);
            return;
        }
        put(id, texts(tree.path("channels")), texts(tree.path("types")));
    }

    void put(String id, Collection<String> channels, Collection<String> types) {
        var wanted = new HashSet<ChannelPattern>();
        channels.forEach(text -> wanted.add(new ChannelPattern(text)));
        place(id, wanted, new Target(id, partitions, Set.copyOf(types)));
    }

    void remove(String id) {
        place(id, Set.of(), null);
    }

    /// The endpoints that want the channel, each once.
    Collection<Target> match(Channel channel) {
        var name = channel.name();
        var found = new LinkedHashMap<>(exact.getOrDefault(name, Map.of()));
        var beginning = beginnings.floorEntry(name);
        while (beginning != null) {
            var stem = beginning.getKey();
            int common = commonLength(name, stem);
            if (common == stem.length()) {
                found.putAll(beginning.getValue());
                common--;
            }
            // What stands between here and the common part begins differently, so it can be leapt over.
            beginning = common < 0 ? null : beginnings.floorEntry(name.substring(0, common));
        }
        return found.values();
    }

    /// First the new patterns, then away with the old: no event in between misses an endpoint that keeps a
    /// pattern.
    private void place(String id, Set<ChannelPattern> wanted, @Nullable Target target) {
        var before = patterns.getOrDefault(id, Set.of());
        if (target == null) {
            patterns.remove(id);
        } else {
            patterns.put(id, wanted);
            wanted.forEach(pattern -> home(pattern).compute(pattern.stem(), (_, there) -> with(there, id, target)));
        }
        for (var pattern : before) {
            if (!wanted.contains(pattern)) {
                home(pattern).computeIfPresent(pattern.stem(), (_, there) -> without(there, id));
            }
        }
        bumpVersion();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes, many read
    private void bumpVersion() {
        version++;
    }

    private Map<String, Map<String, Target>> home(ChannelPattern pattern) {
        return pattern.isPrefix() ? beginnings : exact;
    }

    private static Map<String, Target> with(@Nullable Map<String, Target> there, String id, Target target) {
        var all = new HashMap<>(there == null ? Map.of() : there);
        all.put(id, target);
        return Map.copyOf(all);
    }

    private static @Nullable Map<String, Target> without(Map<String, Target> there, String id) {
        var all = new HashMap<>(there);
        all.remove(id);
        return all.isEmpty() ? null : Map.copyOf(all);
    }

    private static int commonLength(String name, String stem) {
        int length = Math.min(name.length(), stem.length());
        int common = 0;
        while (common < length && name.charAt(common) == stem.charAt(common)) {
            common++;
        }
        return common;
    }

    private static JsonNode tree(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("endpoint is not JSON", e);
        }
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }
}
