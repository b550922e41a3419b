package dev.carillon.kit;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready while Kafka is not reachable at start, or topics are missing or of the wrong shape; says which.
@Readiness
@Singleton
final class TopicsReadiness implements HealthCheck {

    private final TopicSetup setup;

    TopicsReadiness(TopicSetup setup) {
        this.setup = setup;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("topics");
        return setup.pending()
                .map(pending -> response.down().withData("waiting", pending).build())
                .orElseGet(() -> response.up().build());
    }
}
