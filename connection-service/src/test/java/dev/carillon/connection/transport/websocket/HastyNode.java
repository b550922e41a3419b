package dev.carillon.connection.transport.websocket;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// A node with little patience.
public final class HastyNode implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "carillon.connection.connect-timeout", "2s",
                "carillon.connection.ping", "3s",
                "carillon.connection.pong", "1500ms",
                "carillon.connection.follow-linger", "1s");
    }
}
