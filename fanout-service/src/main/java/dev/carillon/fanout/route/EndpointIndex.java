package dev.carillon.fanout.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.contract.Endpoint;
import dev.carillon.contract.EndpointCodec;
import dev.carillon.kit.Partitions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Which endpoints want an event: a look-up by the channel's name, a walk over the beginnings of that name, and
/// in each place a look-up by type. Never a scan: what an event costs depends on how many endpoints want it and
/// on how long its channel's name is, not on how many endpoints there are.
///
/// One thread changes it, that of the state table; many look up. A look-up during a change sees an endpoint as
/// it was or as it will be. [#version()] grows after places came or went; endpoints come and go within places.
public final class EndpointIndex {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String RESERVED = Channel.RESERVED_NAMESPACE + ':';

    /// An endpoint, as far as routing needs it.
    public static final class Target {
        private final String id;
        private final byte[] key;
        private final int partition;
        private final Set<String> types;

        private Target(String id, int partitions, Set<String> types) {
            this.id = id;
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

        public String id() {
            return id;
        }
    }

    /// The endpoints of one pattern: those that want every type, and those that want some, by type.
    static final class Place {
        private final Map<String, Target> untyped = new ConcurrentHashMap<>();
        private final Map<String, Map<String, Target>> typed = new ConcurrentHashMap<>();

        private Place() {}

        private void add(Target target) {
            if (target.types.isEmpty()) {
                untyped.put(target.id, target);
            }
            for (var type : target.types) {
                typed.computeIfAbsent(type, _ -> new ConcurrentHashMap<>()).put(target.id, target);
            }
        }

        /// Only what is this very target: a newer one of the same endpoint stays.
        private void remove(Target target) {
            if (target.types.isEmpty()) {
                untyped.remove(target.id, target);
            }
            for (var type : target.types) {
                typed.computeIfPresent(type, (_, ofType) -> {
                    ofType.remove(target.id, target);
                    return ofType.isEmpty() ? null : ofType;
                });
            }
        }

        private boolean isEmpty() {
            return untyped.isEmpty() && typed.isEmpty();
        }
    }

    /// An endpoint as it is: where it stands, and as what.
    private record Registered(Set<ChannelPattern> patterns, Target target) {}

    private final int partitions;
    private final Map<String, Place> exact = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Place> beginnings = new ConcurrentSkipListMap<>();
    private final Map<String, Registered> endpoints = new HashMap<>();
    private volatile int version;

    /// @param partitions of the deliveries' topic: W
    public EndpointIndex(int partitions) {
        this.partitions = partitions;
    }

    /// Grows with every place that comes or goes.
    int version() {
        return version;
    }

    /// Takes over a row of the endpoints' topic.
    ///
    /// @throws IllegalArgumentException when the row cannot be read; then nothing changes
    public void changed(ConsumerRecord<byte[], byte[]> row) {
        if (row.key() == null) {
            throw new IllegalArgumentException("endpoint row has no key");
        }
        var id = new String(row.key(), StandardCharsets.UTF_8);
        if (row.value() == null) {
            remove(id);
            return;
        }
        var tree = tree(row.value());
        if (EndpointCodec.standing(tree) == Endpoint.Standing.UNVERIFIED) {
            remove(id);
            return;
        }
        put(id, texts(tree.path("channels")), texts(tree.path("types")));
    }

    void put(String id, Collection<String> channels, Collection<String> types) {
        var wanted = new HashSet<ChannelPattern>();
        channels.forEach(text -> wanted.add(new ChannelPattern(text)));
        place(id, new Registered(Set.copyOf(wanted), new Target(id, partitions, Set.copyOf(types))));
    }

    void remove(String id) {
        place(id, null);
    }

    /// The places whose endpoints want something of the channel.
    Place[] places(Channel channel) {
        var found = new ArrayList<Place>();
        walk(channel.name(), found::add);
        return found.toArray(Place[]::new);
    }

    /// Finds the places of a name.
    ///
    /// @return in how many steps, each of which costs the logarithm of the number of places; there are no more than
    ///     the name has characters, plus two
    int walk(String name, Consumer<Place> found) {
        int steps = 1;
        var named = exact.get(name);
        if (named != null) {
            found.accept(named);
        }
        var beginning = beginnings.floorEntry(name);
        while (beginning != null) {
            steps++;
            var stem = beginning.getKey();
            int common = commonLength(name, stem);
            if (common == stem.length()) {
                if (admits(name, stem)) {
                    found.accept(beginning.getValue());
                }
                common--;
            }
            // What stands between here and the common part begins differently, so it can be leapt over.
            beginning = common < 0 ? null : beginnings.floorEntry(name.substring(0, common));
        }
        return steps;
    }

    /// What Carillon itself publishes goes to those that ask for it by name: `*` is every channel but these.
    private static boolean admits(String name, String stem) {
        return !name.startsWith(RESERVED) || stem.startsWith(RESERVED);
    }

    /// The endpoints in these places that want events of the type, each once.
    static List<Target> wanting(Place[] places, String type) {
        Map<String, Target> found = Map.of();
        boolean isOwn = false;
        for (var place : places) {
            for (var some : List.of(place.untyped, place.typed.getOrDefault(type, Map.of()))) {
                if (some.isEmpty()) {
                    continue;
                }
                if (found.isEmpty()) {
                    found = some;
                    continue;
                }
                if (!isOwn) {
                    found = new HashMap<>(found);
                    isOwn = true;
                }
                found.putAll(some);
            }
        }
        return found.isEmpty() ? List.of() : List.copyOf(found.values());
    }

    /// First the new, then away with the old: no event in between misses an endpoint that goes on wanting it.
    private void place(String id, @Nullable Registered registered) {
        var before = registered == null ? endpoints.remove(id) : endpoints.put(id, registered);
        boolean isOther = false;
        if (registered != null) {
            for (var pattern : registered.patterns()) {
                isOther |= add(home(pattern), pattern.stem(), registered.target());
            }
        }
        if (before != null) {
            for (var pattern : before.patterns()) {
                isOther |= remove(home(pattern), pattern.stem(), before.target());
            }
        }
        if (isOther) {
            bumpVersion();
        }
    }

    /// @return whether the place is new
    private static boolean add(Map<String, Place> home, String stem, Target target) {
        var there = home.get(stem);
        if (there != null) {
            there.add(target);
            return false;
        }
        var place = new Place();
        place.add(target);
        home.put(stem, place);
        return true;
    }

    /// @return whether the place is no more
    private static boolean remove(Map<String, Place> home, String stem, Target target) {
        var there = home.get(stem);
        if (there == null) {
            return false;
        }
        there.remove(target);
        return there.isEmpty() && home.remove(stem) != null;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes, many read
    private void bumpVersion() {
        version++;
    }

    private Map<String, Place> home(ChannelPattern pattern) {
        return pattern.isPrefix() ? beginnings : exact;
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
