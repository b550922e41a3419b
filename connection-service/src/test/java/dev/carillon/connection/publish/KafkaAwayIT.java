package dev.carillon.connection.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.HttpProbe;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(KafkaAwayIT.Nowhere.class)
class KafkaAwayIT {

    private static final HttpProbe HTTP = new HttpProbe();

    /// Nobody listens on that port.
    public static final class Nowhere implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("kafka.bootstrap.servers", "localhost:1");
        }
    }

    @Test
    void publishingFailsAtOnceAndSaysWhenToTryAgain() {
        var answer = HTTP.post(HttpProbe.events("c"), "{}", "Content-Type", "application/json", "Idempotency-Key", "k");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.at("/type")).isEqualTo("/problems/unavailable");
    }

    @Test
    void badRequestsAreStillToldSo() {
        assertThat(HTTP.post(HttpProbe.events("c"), "{", "Content-Type", "application/json")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theServiceIsAliveButNotReadyAndSaysWhy() {
        assertThat(HTTP.get("/q/health/live").status()).isEqualTo(200);
        var ready = HTTP.get("/q/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.response().body()).contains("waiting for Kafka at localhost:1");
    }
}
