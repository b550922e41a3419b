package dev.carillon.connection.namespace;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready until it is known who may do what.
@Readiness
@Singleton
final class NamespaceReadiness implements HealthCheck {

    private final Namespaces namespaces;

    NamespaceReadiness(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("namespaces");
        return namespaces.isKnown()
                ? response.up().build()
                : response.down()
                        .withData("waiting", "the namespaces are not read yet")
                        .build();
    }
}
