package dev.carillon.webhook.intake;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready until endpoints are known, the consumer group is joined and all partitions are taken over; says
/// which.
@Readiness
@Singleton
final class DispatcherReadiness implements HealthCheck {

    private final Dispatcher dispatcher;

    DispatcherReadiness(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("dispatcher");
        var pending = dispatcher.pending();
        return pending.isEmpty()
                ? response.up().build()
                : response.down().withData("waiting", pending).build();
    }
}
