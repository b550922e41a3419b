package dev.carillon.connection.conformance;

import dev.carillon.testkit.conformance.Pack;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.Map;

/// A node whose bounds can be reached in a test.
public final class ConformanceNode implements QuarkusTestProfile {

    static final String NAME = "conformance";

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(Pack.SETTINGS);
        all.put("carillon.connection.node", NAME);
        all.put("carillon.connection.ping", "10s");
        all.put("carillon.connection.pong", "5s");
        all.put("carillon.connection.connect-timeout", "8s");
        return all;
    }
}
