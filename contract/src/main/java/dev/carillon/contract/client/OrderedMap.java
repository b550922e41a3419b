package dev.carillon.contract.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Copies that keep their order: `Map.copyOf` would write the same message differently in every process.
final class OrderedMap {
    private OrderedMap() {}

    static <V> Map<String, V> copyOf(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
