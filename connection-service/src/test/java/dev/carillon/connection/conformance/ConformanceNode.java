package dev.carillon.connection.conformance;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// A node whose bounds can be reached in a test.
public final class ConformanceNode implements QuarkusTestProfile {

    static final String NAME = "conformance";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "carillon.connection.node", NAME,
                "carillon.connection.token-hmac-secret", TokenMint.SECRET,
                "carillon.connection.max-channels", Integer.toString(Races.MAX_CHANNELS),
                "carillon.connection.max-event-size", "32K",
                "carillon.connection.outbox-capacity", "512K",
                "carillon.connection.ping", "10s",
                "carillon.connection.pong", "5s",
                "carillon.connection.connect-timeout", "8s");
    }
}
