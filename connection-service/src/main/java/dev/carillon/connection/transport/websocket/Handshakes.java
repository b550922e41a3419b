package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.bound.Bounds;
import io.netty.channel.ChannelHandlerContext;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Refuses WebSockets that this node has no room for, before there is anything to hold: clients try another
/// node, or this one later. Others keep the way to the network that they came on.
@Singleton
final class Handshakes implements HttpUpgradeCheck {

    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int MAX_RETRY_SECONDS = 10;
    private static final TypedKey<ChannelHandlerContext> PIPELINE = new TypedKey<>("pipeline");

    private final Bounds bounds;

    Handshakes(Bounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        if (bounds.newConnection() == null) {
            if (context.httpRequest().connection() instanceof ConnectionBase http) {
                context.userData().put(PIPELINE, http.channelHandlerContext());
            }
            return CheckResult.permitUpgrade();
        }
        // Not all of them at the same time.
        int seconds = RandomGenerator.getDefault().nextInt(1, MAX_RETRY_SECONDS + 1);
        return CheckResult.rejectUpgrade(
                SERVICE_UNAVAILABLE, Map.of("Retry-After", List.of(Integer.toString(seconds))));
    }

    /// Where a connection ends in the server: what is written there goes to the network.
    ///
    /// @throws IllegalStateException when it did not come through here
    static ChannelHandlerContext pipeline(WebSocketConnection connection) {
        var pipeline = connection.userData().get(PIPELINE);
        if (pipeline == null) {
            throw new IllegalStateException("a WebSocket of an unknown server");
        }
        return pipeline;
    }
}
