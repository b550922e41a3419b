package dev.carillon.connection.session;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready while the node sends its clients to others.
@Readiness
@Singleton
final class AcceptingReadiness implements HealthCheck {

    private final Sessions sessions;

    AcceptingReadiness(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("accepting")
                .status(sessions.isAccepting())
                .build();
    }
}
