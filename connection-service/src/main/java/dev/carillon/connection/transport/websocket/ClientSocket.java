package dev.carillon.connection.transport.websocket;

import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bound;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.session.Advice;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnPongMessage;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The endpoint for clients that speak the client protocol: JSON in text frames, or Protobuf in binary frames
/// when the client chose so by subprotocol or query.
///
/// Every callback runs on the connection's event loop and does not wait.
@WebSocket(path = ClientSocket.PATH)
public final class ClientSocket {

    static final String PATH = "/connection/websocket";
    private static final Logger LOG = Logger.getLogger(ClientSocket.class);
    private static final TypedKey<Session> SESSION = new TypedKey<>("session");
    static final CloseReason TOO_BIG = new CloseReason(1009, "message too big");

    private final Sessions sessions;
    private final Bounds bounds;
    private final long maxFrame;

    ClientSocket(Sessions sessions, Bounds bounds, ConnectionConfig config) {
        this.sessions = sessions;
        this.bounds = bounds;
        this.maxFrame = config.maxFrame().asLongValue();
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        var request = SocketRequest.of(connection.handshakeRequest().query(), connection.subprotocol());
        var codec = request.protobuf() ? ProtobufCodec.INSTANCE : JsonCodec.INSTANCE;
        var pings = request.framePings() ? Wire.Pings.TRANSPORT : Wire.Pings.PROTOCOL;
        var headers = connection.handshakeRequest();
        var asked = Advice.asked(headers::header, headers.query());
        connection.userData().put(SESSION, sessions.open(codec, SocketWire.of(connection, codec), pings, asked));
    }

    /// Which kind of frames a client sends does not matter: what is in them is what the connection speaks.
    @OnTextMessage
    @NonBlocking
    void text(WebSocketConnection connection, String frame) {
        receive(connection, frame.length(), session -> session.receive(frame));
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(WebSocketConnection connection, Buffer frame) {
        var bytes = UnsafeByteOperations.unsafeWrap(frame.getBytes());
        receive(connection, bytes.size(), session -> session.receive(bytes));
    }

    @OnPongMessage
    @NonBlocking
    void pong(WebSocketConnection connection, Buffer data) {
        var session = connection.userData().get(SESSION);
        if (session != null) {
            session.heard();
        }
    }

    @OnClose
    @NonBlocking
    void close(WebSocketConnection connection) {
        var session = connection.userData().remove(SESSION);
        if (session != null) {
            session.closed();
        }
    }

    @OnError
    @NonBlocking
    void error(WebSocketConnection connection, Throwable failure) {
        LOG.debug("connection failed", failure);
        var session = connection.userData().get(SESSION);
        if (session != null) {
            session.close(CloseCode.SERVER_ERROR);
        }
    }

    private void receive(WebSocketConnection connection, long size, Consumer<Session> frame) {
        var session = connection.userData().get(SESSION);
        if (session != null && size <= maxFrame) {
            frame.accept(session);
        } else if (session != null) {
            bounds.refused(Bound.FRAME);
            connection.userData().remove(SESSION);
            session.closed();
            SocketWire.closeWith(connection, TOO_BIG);
        }
    }
}
