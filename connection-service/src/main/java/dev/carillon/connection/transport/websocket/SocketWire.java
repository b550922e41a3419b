package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jboss.logging.Logger;

/// Writes to one WebSocket. Confined to the connection's event loop.
abstract sealed class SocketWire implements Wire permits TextWire, BinaryWire {

    private static final Logger LOG = Logger.getLogger(SocketWire.class);

    private final WebSocketConnection connection;

    SocketWire(WebSocketConnection connection) {
        this.connection = connection;
    }

    /// One WebSocket message for all of them.
    abstract Uni<Void> send(WebSocketConnection to, List<Frame> frames);

    @Override
    public final void write(List<Frame> frames, Done done) {
        send(connection, frames).subscribe().with(_ -> done.written(true), failure -> {
            LOG.debug("write failed", failure);
            done.written(false);
        });
    }

    @Override
    public final void ping() {
        connection.sendPing(Buffer.buffer()).subscribe().with(_ -> {}, failure -> LOG.debug("ping failed", failure));
    }

    @Override
    public final void close(CloseCode code) {
        closeWith(connection, new CloseReason(code.code(), code.reason()));
    }

    @Override
    public final void close(int code, String reason) {
        closeWith(connection, new CloseReason(code, reason));
    }

    static void closeWith(WebSocketConnection connection, CloseReason reason) {
        if (connection.isOpen()) {
            connection.close(reason).subscribe().with(_ -> {}, failure -> LOG.debug("close failed", failure));
        }
    }
}
