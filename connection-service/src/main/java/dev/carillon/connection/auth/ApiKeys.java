package dev.carillon.connection.auth;

import dev.carillon.connection.ApiKeyConfig.Scope;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.Channel;
import dev.carillon.contract.ChannelPattern;
import dev.carillon.kit.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys that open the HTTP API. They are kept and compared as hashes, in a time that does not depend on
/// what was brought.
///
/// Safe for use by many threads.
final class ApiKeys {

    private final List<ApiKey> keys;

    private ApiKeys(List<ApiKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /// What one key is good for.
    record ApiKey(KeyHash hash, Set<Scope> scopes, List<ChannelPattern> channels) {

        boolean allows(Scope scope) {
            return scopes.contains(scope);
        }

        boolean allows(Scope scope, Channel channel) {
            return allows(scope) && channels.stream().anyMatch(pattern -> pattern.matches(channel));
        }
    }

    /// @throws IllegalArgumentException when one is not valid; the message names it, not the key
    static ApiKeys of(ConnectionConfig config) {
        var keys = new ArrayList<ApiKey>();
        for (var key : config.apiKey().orElse(List.of())) {
            if (!key.isBlank()) {
                keys.add(key("api-key", key, Set.of(Scope.values()), List.of("*")));
            }
        }
        config.apiKeys()
                .forEach((name, key) ->
                        keys.add(key("api-keys.\"" + name + "\"", key.key(), key.scopes(), key.channels())));
        return new ApiKeys(keys);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /// The key that was brought; null when it is none of ours.
    @Nullable
    ApiKey find(String brought) {
        var hash = KeyHash.of(brought);
        ApiKey found = null;
        for (var key : keys) {
            if (key.hash().matches(hash)) {
                found = key;
            }
        }
        return found;
    }

    private static ApiKey key(String setting, String key, Set<Scope> scopes, List<String> channels) {
        try {
            return new ApiKey(
                    KeyHash.configured(key),
                    Set.copyOf(scopes),
                    channels.stream().map(ChannelPattern::new).toList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("carillon.connection." + setting + ": " + e.getMessage(), e);
        }
    }
}
