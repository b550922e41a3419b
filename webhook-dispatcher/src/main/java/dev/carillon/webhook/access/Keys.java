package dev.carillon.webhook.access;

import dev.carillon.kit.KeyHash;
import dev.carillon.webhook.ApiKeyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The keys that open the REST API, or parts of it. Kept as hashes.
///
/// Safe for use by many threads.
public final class Keys {

    private record Known(KeyHash hash, Access access) {}

    private final List<Known> keys;

    private Keys(List<Known> keys) {
        this.keys = List.copyOf(keys);
    }

    /// @param full keys that open everything
    /// @param named keys that open parts, by a name for people
    /// @throws IllegalArgumentException when one is not valid; the message names it, not the key
    public static Keys of(List<String> full, Map<String, ApiKeyConfig> named) {
        var keys = new ArrayList<Known>();
        full.stream()
                .filter(key -> !key.isBlank())
                .forEach(key -> keys.add(new Known(hash("api-key", key), Access.ALL)));
        named.forEach((name, key) -> keys.add(new Known(
                hash("api-keys.\"" + name + "\".key", key.key()),
                Access.of(key.owner().orElse(null), key.scopes()))));
        return new Keys(keys);
    }

    /// What a key opens, or null when it is none of ours. Compares with every one, so that the time tells
    /// nothing.
    public @Nullable Access find(String brought) {
        var hash = KeyHash.of(brought);
        Access found = null;
        for (var key : keys) {
            if (key.hash().matches(hash)) {
                found = key.access();
            }
        }
        return found;
    }

    private static KeyHash hash(String setting, String key) {
        try {
            return KeyHash.configured(key);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("carillon.webhook." + setting + ": " + e.getMessage(), e);
        }
    }
}
