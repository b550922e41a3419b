package dev.carillon.fanout.own;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready until the group gave this instance its share of the partitions and all of them are routed; says
/// what it waits for.
@Readiness
@Singleton
final class FanoutReadiness implements HealthCheck {

    private final FanoutService service;

    FanoutReadiness(FanoutService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("partitions");
        var pending = service.engine()
                .map(engine -> engine.pending().orElseGet(service::fault))
                .orElse("waiting for the topics");
        return pending.isEmpty()
                ? response.up().build()
                : response.down().withData("waiting", pending).build();
    }
}
