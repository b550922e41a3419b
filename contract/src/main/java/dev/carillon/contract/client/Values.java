package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of one message while it is read, by number; what was absent reads as zero or empty.
///
/// Confined to the thread that decodes.
final class Values {
    /// Above every field number of the protocol.
    static final int SLOTS = 20;

    private final @Nullable Object[] slots = new @Nullable Object[SLOTS];
    private boolean repeated;
    private boolean unknown;

    /// Sets a single value; the last one counts.
    void set(int number, Object value) {
        repeated |= slots[number] != null;
        slots[number] = value;
    }

    /// Adds to a list.
    void add(int number, Object value) {
        var list = slots[number] instanceof Growing growing ? growing : new Growing(new ArrayList<>());
        list.elements().add(value);
        slots[number] = list;
    }

    /// Adds to a map; the last value of a key counts.
    void put(int number, String key, Object value) {
        var map = slots[number] instanceof Keyed keyed ? keyed : new Keyed(new LinkedHashMap<>());
        map.entries().put(key, value);
        slots[number] = map;
    }

    /// Notes a field that we do not know.
    void skipped() {
        unknown = true;
    }

    /// Whether a single value came more than once.
    boolean repeated() {
        return repeated;
    }

    /// Whether there were fields that we do not know.
    boolean unknown() {
        return unknown;
    }

    String text(int number) {
        return slots[number] instanceof String text ? text : "";
    }

    ByteString raw(int number) {
        return slots[number] instanceof ByteString raw ? raw : ByteString.EMPTY;
    }

    boolean flag(int number) {
        return slots[number] instanceof Boolean flag && flag;
    }

    long whole(int number) {
        return slots[number] instanceof Long whole ? whole : 0;
    }

    int integer(int number) {
        return Math.toIntExact(whole(number));
    }

    <V> @Nullable V one(int number, Class<V> type) {
        return type.cast(slots[number]);
    }

    /// The only one of several alternatives; null when none is there.
    ///
    /// @throws MalformedFrameException when there is more than one
    <V> @Nullable V alternative(int first, int last, Class<V> type) {
        V found = null;
        for (int number = first; number <= last; number++) {
            if (type.isInstance(slots[number])) {
                if (found != null) {
                    throw new MalformedFrameException("several at once of what excludes each other");
                }
                found = type.cast(slots[number]);
            }
        }
        return found;
    }

    <V> List<V> list(int number, Class<V> type) {
        return slots[number] instanceof Growing(var elements)
                ? elements.stream().map(type::cast).toList()
                : List.of();
    }

    <V> Map<String, V> map(int number, Class<V> type) {
        if (!(slots[number] instanceof Keyed(var entries))) {
            return Map.of();
        }
        var typed = new LinkedHashMap<String, V>();
        entries.forEach((key, value) -> typed.put(key, type.cast(value)));
        return typed;
    }

    private record Growing(List<Object> elements) {}

    private record Keyed(Map<String, Object> entries) {}
}
