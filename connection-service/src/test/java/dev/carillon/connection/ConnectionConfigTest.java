package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import org.junit.jupiter.api.Test;

class ConnectionConfigTest {

    private static final String KEYS = """
            allow-anonymous = false
            allowed-origins
            api-key
            api-keys.*.channels = *
            api-keys.*.key
            api-keys.*.scopes
            client-burst = 5s
            client-bytes-per-second = 8M
            client-commands-per-second = 2000
            client-errors-per-second = 200
            client-publishes-per-second = 1000
            connect-timeout = 10s
            connects-per-second = 5000
            drain-period = 20s
            follow-linger = 30s
            follow-retry = 2s
            follow-timeout = 4s
            heartbeat = 3s
            history-timeout = 5s
            hooks.breaker-failures = 20
            hooks.breaker-pause = 5s
            hooks.concurrency = 512
            hooks.connect
            hooks.headers = Cookie,Authorization,Origin,User-Agent
            hooks.memory = 10s
            hooks.publish
            hooks.refresh
            hooks.rpc
            hooks.subscribe
            hooks.timeout = 2s
            idempotency-capacity = 50000
            idempotency-window = 5m
            insecure = false
            lifecycle-events = false
            max-batch-events = 1000
            max-channels = 128
            max-connections = 200000
            max-event-size = 64K
            max-frame = 64K
            max-held-polls = 20000
            max-open-histories = 1000
            max-page = 1000
            max-poll-wait = 30s
            max-recovered = 300
            max-user-connections = 1000
            max-waiting-subscribers = 100000
            namespaces.*.access.history
            namespaces.*.access.presence
            namespaces.*.access.publish
            namespaces.*.access.subscribe
            namespaces.*.channel-pattern
            namespaces.*.delta
            namespaces.*.ephemeral
            namespaces.*.history-size
            namespaces.*.history-ttl
            namespaces.*.join-leave
            namespaces.*.max-event-size
            namespaces.*.positioning
            namespaces.*.presence
            namespaces.*.rates.publishes
            namespaces.*.recovery
            namespaces.*.tags-filter
            node
            outbox-capacity = 1M
            ping = 25s
            pong = 10s
            publish-in-flight = 16M
            publish-timeout = 10s
            recent-bytes = 256K
            recent-publications = 100
            reconnect-spread = 2s
            request-timeout = 30s
            stream-heartbeat = 15s
            stream-retry = 2s
            strict-namespaces = false
            token-audience
            token-audience-pattern
            token-cookie
            token-hmac-secret
            token-issuer
            token-issuer-pattern
            token-jwks-refresh = 10m
            token-jwks-url
            token-public-keys
            token-retired-hmac-secrets
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
