package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import org.junit.jupiter.api.Test;

class ConnectionConfigTest {

    private static final String KEYS = """
            allowed-origins
            api-key
            connect-timeout = 10s
            follow-linger = 30s
            follow-retry = 2s
            follow-timeout = 4s
            heartbeat = 3s
            history-timeout = 5s
            idempotency-capacity = 50000
            idempotency-window = 5m
            insecure = false
            max-batch-events = 1000
            max-channels = 128
            max-event-size = 64K
            max-frame = 64K
            max-held-polls = 20000
            max-open-histories = 1000
            max-page = 1000
            max-poll-wait = 30s
            max-recovered = 300
            max-waiting-subscribers = 100000
            node
            outbox-capacity = 1M
            ping = 25s
            pong = 10s
            publish-in-flight = 16M
            publish-timeout = 10s
            recent-bytes = 256K
            recent-publications = 100
            stream-heartbeat = 15s
            stream-retry = 2s
            token-audience
            token-cookie
            token-hmac-secret
            token-issuer
            """;

    @Test
    void namesAndDefaultsArePinned() {
        var keys = ConfigMappings.getProperties(ConfigClass.configClass(ConnectionConfig.class, "carillon.connection"))
                .entrySet()
                .stream()
                .filter(entry -> !entry.getKey().endsWith("[*]"))
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .sorted()
                .toList();

        assertThat(String.join("\n", keys)).isEqualTo(KEYS.strip());
    }

    private static String line(String key, Property property) {
        var name = key.replace("carillon.connection.", "");
        return property.hasDefaultValue() ? name + " = " + property.getDefaultValue() : name;
    }
}
