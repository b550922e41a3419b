package dev.carillon.connection.transport.websocket;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/// A node that lets everybody in, and makes its topics.
public final class InsecureNode implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "carillon.connection.insecure", "true",
                "carillon.topics.create", "true",
                "quarkus.http.test-port", "0");
    }
}
