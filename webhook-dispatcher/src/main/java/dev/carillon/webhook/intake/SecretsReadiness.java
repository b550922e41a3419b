package dev.carillon.webhook.intake;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready where secrets can be neither sealed nor opened, because master keys are missing; says which.
@Readiness
@Singleton
final class SecretsReadiness implements HealthCheck {

    private final Dispatcher dispatcher;

    SecretsReadiness(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("secrets");
        var vault = dispatcher.vault();
        if (!vault.canSeal()) {
            return response.down()
                    .withData("missing", "carillon.webhook.master-keys is not set")
                    .build();
        }
        var running = dispatcher.running();
        var missing = running == null
                ? java.util.Set.<String>of()
                : vault.missing(running.endpoints().all());
        return missing.isEmpty()
                ? response.up().build()
                : response.down()
                        .withData("missing", "master keys " + String.join(", ", missing))
                        .build();
    }
}
