package dev.carillon.connection.bound;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// A node that has little to give.
public final class SmallNode implements QuarkusTestProfile {
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("carillon.connection.token-hmac-secret", SECRET),
                Map.entry("carillon.connection.client-commands-per-second", "50"),
                Map.entry("carillon.connection.client-publishes-per-second", "20"),
                Map.entry("carillon.connection.client-bytes-per-second", "100K"),
                Map.entry("carillon.connection.client-errors-per-second", "30"),
                Map.entry("carillon.connection.client-burst", "2s"),
                Map.entry("carillon.connection.max-channels", "10"),
                Map.entry("carillon.connection.max-connections", "20"),
                Map.entry("carillon.connection.max-user-connections", "2"),
                Map.entry("carillon.connection.connects-per-second", "40"),
                Map.entry("quarkus.http.idle-timeout", "15s"),
                Map.entry("carillon.connection.request-timeout", "6s"),
                Map.entry("carillon.connection.connect-timeout", "4s"),
                Map.entry("carillon.connection.ping", "2s"),
                Map.entry("carillon.connection.pong", "10s"));
    }
}
