package dev.carillon.connection.transport.websocket;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.connection.session.Session;
import dev.carillon.contract.client.CloseCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One open WebSocket: has its session hear what comes in. Idle connections are many, so it keeps nothing of the
/// request that it came with.
///
/// Confined to the connection's event loop; nothing in here waits.
final class OpenSocket {

    private static final Logger LOG = Logger.getLogger(OpenSocket.class);

    private final boolean onlyListens;
    private boolean hasAsked;
    private @Nullable Session session;

    private OpenSocket(boolean onlyListens) {
        this.onlyListens = onlyListens;
    }

    /// Takes a WebSocket over.
    ///
    /// @param onlyListens whether only the client's first message is looked at
    /// @throws IllegalStateException when it is closed already
    static OpenSocket of(ServerWebSocket socket, boolean onlyListens) {
        var open = new OpenSocket(onlyListens);
        // What a message comes in, text or binary, does not matter: what is in it is what the connection speaks.
        socket.textMessageHandler(text -> open.hear(session -> session.receive(text)))
                .binaryMessageHandler(bytes -> open.hear(session -> session.receive(frame(bytes))))
                .pongHandler(_ -> open.pong())
                .exceptionHandler(failure -> LOG.debug("connection failed", failure))
                .closeHandler(_ -> open.closed());
        return open;
    }

    /// Its session, from here on.
    void begin(Session opened) {
        session = opened;
    }

    private void hear(Consumer<Session> message) {
        if (!onlyListens || !hasAsked) {
            hasAsked = true;
            with(message);
        }
    }

    private void pong() {
        if (!onlyListens) {
            with(Session::heard);
        }
    }

    private void closed() {
        with(Session::closed);
        session = null;
    }

    private static ByteString frame(Buffer bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.getBytes());
    }

    /// A fault of ours ends this connection, and no other.
    private void with(Consumer<Session> action) {
        var current = session;
        if (current != null) {
            try {
                action.accept(current);
            } catch (RuntimeException e) {
                LOG.error("a connection failed, the others go on", e);
                current.close(CloseCode.SERVER_ERROR);
            }
        }
    }
}
