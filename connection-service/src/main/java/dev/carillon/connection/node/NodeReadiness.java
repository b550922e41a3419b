package dev.carillon.connection.node;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready while the cluster does not know that this node lives.
@Readiness
@Singleton
final class NodeReadiness implements HealthCheck {

    private final Node node;
    private final NodeIdentity identity;

    NodeReadiness(Node node, NodeIdentity identity) {
        this.node = node;
        this.identity = identity;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("node").withData("node", identity.name());
        return node.isKnown()
                ? response.up().build()
                : response.down()
                        .withData("waiting", "no heartbeat was acknowledged lately")
                        .build();
    }
}
