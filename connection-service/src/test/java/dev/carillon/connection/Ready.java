package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;

/// Waits for the service under test.
public final class Ready {

    private Ready() {}

    /// Returns when the service says that it is ready and the log takes events.
    public static void await(HttpProbe http) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(
                        http.get("/q/health/ready").status())
                .isEqualTo(200));
    }
}
