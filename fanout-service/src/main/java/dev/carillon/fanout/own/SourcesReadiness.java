package dev.carillon.fanout.own;

import dev.carillon.fanout.source.Sources;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Tells which sources wait or fail, and why. That never makes the instance unready: it has partitions to
/// route.
@Readiness
@Singleton
final class SourcesReadiness implements HealthCheck {

    private final FanoutService service;

    SourcesReadiness(FanoutService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("sources").up();
        service.sources().map(Sources::troubles).orElse(Map.of()).forEach(response::withData);
        return response.build();
    }
}
