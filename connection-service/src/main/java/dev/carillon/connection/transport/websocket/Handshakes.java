package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.session.Advice;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Opens WebSockets, right at the server: for clients that speak the client protocol – JSON in text messages, or
/// Protobuf in binary ones when they chose so by subprotocol or query – and for clients that only listen, whose
/// first message is a connect request.
///
/// Those that this node has no room for are refused before there is anything to hold: they try another node, or
/// this one later.
@Singleton
final class Handshakes {

    static final String CLIENTS = "/connection/websocket";
    static final String LISTENERS = "/connection/uni_websocket";

    private static final Logger LOG = Logger.getLogger(Handshakes.class);
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int MAX_RETRY_SECONDS = 10;

    private final Sessions sessions;
    private final Bounds bounds;

    Handshakes(Sessions sessions, Bounds bounds) {
        this.sessions = sessions;
        this.bounds = bounds;
    }

    void register(@Observes Router router) {
        router.route(CLIENTS).handler(request -> shake(request, false, this::client));
        router.route(LISTENERS).handler(request -> shake(request, true, this::listener));
    }

    /// Opens the session of a new socket.
    private interface Opening {
        /// @param asked the headers of the request, and what its query says in their place
        Session open(ServerWebSocket socket, ConnectionBase connection, Function<String, @Nullable String> asked);
    }

    private void shake(RoutingContext context, boolean onlyListens, Opening opening) {
        var request = context.request();
        if (!isHandshake(request) || !(request.connection() instanceof ConnectionBase connection)) {
            context.next();
        } else if (bounds.newConnection() != null) {
            // Not all of them at the same time.
            int seconds = 1 + RandomGenerator.getDefault().nextInt(MAX_RETRY_SECONDS);
            context.response()
                    .setStatusCode(SERVICE_UNAVAILABLE)
                    .putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(seconds))
                    .end();
        } else {
            var asked = Advice.asked(request::getHeader, request.query());
            request.toWebSocket()
                    .onSuccess(socket -> begin(socket, onlyListens, () -> opening.open(socket, connection, asked)))
                    .onFailure(failure -> LOG.debug("no WebSocket came of a handshake", failure));
        }
    }

    private static void begin(ServerWebSocket socket, boolean onlyListens, Supplier<Session> session) {
        try {
            OpenSocket.of(socket, onlyListens).begin(session.get());
            // The socket would keep them for as long as it is open.
            socket.headers().clear();
        } catch (RuntimeException e) {
            LOG.error("no session came of a handshake", e);
            var _ = socket.close((short) CloseCode.SERVER_ERROR.code(), CloseCode.SERVER_ERROR.reason());
        }
    }

    private static boolean isHandshake(HttpServerRequest request) {
        return says(request, HttpHeaders.CONNECTION, "upgrade") && says(request, HttpHeaders.UPGRADE, "websocket");
    }

    /// Such headers are lists: some browsers send `keep-alive, Upgrade`.
    private static boolean says(HttpServerRequest request, CharSequence header, String word) {
        return request.headers().getAll(header).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .anyMatch(value -> value.strip().equalsIgnoreCase(word));
    }

    private Session client(
            ServerWebSocket socket, ConnectionBase connection, Function<String, @Nullable String> asked) {
        var request = SocketRequest.of(socket.query(), socket.subProtocol());
        var codec = request.protobuf() ? ProtobufCodec.INSTANCE : JsonCodec.INSTANCE;
        var pings = request.framePings() ? Wire.Pings.TRANSPORT : Wire.Pings.PROTOCOL;
        return sessions.open(codec, new SocketWire(socket, connection, codec), pings, asked);
    }

    private Session listener(
            ServerWebSocket socket, ConnectionBase connection, Function<String, @Nullable String> asked) {
        return sessions.openUnidirectional(new SocketWire(socket, connection, JsonCodec.UNIDIRECTIONAL), asked);
    }
}
