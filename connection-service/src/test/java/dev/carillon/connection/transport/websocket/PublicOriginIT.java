package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import dev.carillon.connection.Ready;
import dev.carillon.connection.auth.GuardedNode;
import dev.carillon.contract.client.Method;
import dev.carillon.testkit.InVmKafkaResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Where every page may connect, none may do so in the name of a user who only visits it.
@QuarkusTest
@TestProfile(PublicOriginIT.Public.class)
@WithTestResource(InVmKafkaResource.class)
class PublicOriginIT {

    /// Every page may connect, and tokens may come in cookies.
    public static final class Public implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var config = new HashMap<>(new GuardedNode().getConfigOverrides());
            config.put("carillon.connection.allowed-origins", "*");
            return config;
        }
    }

    @BeforeAll
    static void start() {
        Ready.await(new HttpProbe());
    }

    @Test
    void takesTheCookieOfItsOwnPagesOnly() {
        var cookie = GuardedNode.COOKIE + "=" + GuardedNode.token(600);
        try (var own = RawClient.open(Map.of("Cookie", cookie), "");
                var other = RawClient.open(Map.of("Cookie", cookie, "Origin", "https://any.example"), "")) {
            own.call(Method.Connect.EMPTY);

            assertThat(other.refused(Method.Connect.EMPTY)).isEqualTo(101);
        }
    }
}
