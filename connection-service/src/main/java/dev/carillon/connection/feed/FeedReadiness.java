package dev.carillon.connection.feed;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready until the node's inbox is read.
@Readiness
@Singleton
final class FeedReadiness implements HealthCheck {

    private final Feed feed;

    FeedReadiness(Feed feed) {
        this.feed = feed;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("inbox");
        return feed.isReading()
                ? response.up().build()
                : response.down()
                        .withData("waiting", "the inbox is not read yet")
                        .build();
    }
}
