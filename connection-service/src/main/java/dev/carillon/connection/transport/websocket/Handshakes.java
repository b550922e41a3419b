package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.bound.Bounds;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Refuses WebSockets that this node has no room for, before there is anything to hold: clients try another
/// node, or this one later.
@Singleton
final class Handshakes implements HttpUpgradeCheck {

    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int MAX_RETRY_SECONDS = 10;

    private final Bounds bounds;

    Handshakes(Bounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        if (bounds.newConnection() == null) {
            return CheckResult.permitUpgrade();
        }
        // Not all of them at the same time.
        int seconds = RandomGenerator.getDefault().nextInt(1, MAX_RETRY_SECONDS + 1);
        return CheckResult.rejectUpgrade(
                SERVICE_UNAVAILABLE, Map.of("Retry-After", List.of(Integer.toString(seconds))));
    }
}
