package dev.carillon.connection.transport.websocket;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bound;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.session.Advice;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.Sessions;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import org.jboss.logging.Logger;

/// The endpoint for clients that only listen: their first message is a connect request, and what they send
/// later is not looked at.
///
/// Every callback runs on the connection's event loop and does not wait.
@WebSocket(path = ListenerSocket.PATH)
public final class ListenerSocket {

    static final String PATH = "/connection/uni_websocket";
    private static final Logger LOG = Logger.getLogger(ListenerSocket.class);
    private static final TypedKey<Session> SESSION = new TypedKey<>("session");
    private static final TypedKey<Boolean> ASKED = new TypedKey<>("asked");

    private final Sessions sessions;
    private final Bounds bounds;
    private final long maxFrame;

    ListenerSocket(Sessions sessions, Bounds bounds, ConnectionConfig config) {
        this.sessions = sessions;
        this.bounds = bounds;
        this.maxFrame = config.maxFrame().asLongValue();
    }

    @OnOpen
    @NonBlocking
    void open(WebSocketConnection connection) {
        var headers = connection.handshakeRequest();
        var asked = Advice.asked(headers::header, headers.query());
        var wire = SocketWire.of(connection, JsonCodec.UNIDIRECTIONAL);
        connection.userData().put(SESSION, sessions.openUnidirectional(wire, asked));
    }

    @OnTextMessage
    @NonBlocking
    void text(WebSocketConnection connection, String frame) {
        receive(connection, ByteString.copyFromUtf8(frame));
    }

    @OnBinaryMessage
    @NonBlocking
    void binary(WebSocketConnection connection, Buffer frame) {
        receive(connection, UnsafeByteOperations.unsafeWrap(frame.getBytes()));
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

    private void receive(WebSocketConnection connection, ByteString frame) {
        var session = connection.userData().get(SESSION);
        if (session == null) {
            return;
        }
        if (frame.size() > maxFrame) {
            bounds.refused(Bound.FRAME);
            connection.userData().remove(SESSION);
            session.closed();
            SocketWire.closeWith(connection, ClientSocket.TOO_BIG);
        } else if (connection.userData().get(ASKED) == null) {
            connection.userData().put(ASKED, true);
            session.receive(frame);
        }
    }
}
