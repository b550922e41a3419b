package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.Sessions;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// `POST /connection/init`: what a client that only listens would be told first, without the stream after it –
/// to render a page with what its channels hold, and to go on from their positions later.
///
/// Its client is nowhere present, and nobody hears of its connection. Runs on event loops and never blocks.
@Singleton
final class InitRoute {

    private final Sessions sessions;
    private final Bounds room;
    private final Vertx vertx;
    private final RequestBody.Bounds bounds;

    InitRoute(Sessions sessions, Bounds room, Vertx vertx, ConnectionConfig config) {
        this.sessions = sessions;
        this.room = room;
        this.vertx = vertx;
        this.bounds = new RequestBody.Bounds(config.maxFrame().asLongValue(), config.connectTimeout());
    }

    void register(@Observes Router router) {
        router.route("/connection/init").handler(this::handle);
    }

    private void handle(RoutingContext request) {
        if (!request.request().method().equals(HttpMethod.POST)) {
            request.response().putHeader("Allow", "POST");
            ProblemMapper.end(
                    request,
                    ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "a connect request is sent with POST"));
            return;
        }
        RequestBody.read(
                vertx,
                request.request(),
                bounds,
                new RequestBody.Outcome(
                        body -> connect(request, body), problem -> ProblemMapper.end(request, problem)));
    }

    private void connect(RoutingContext request, ByteString body) {
        var response = request.response();
        if (response.closed()) {
            return;
        }
        if (room.newConnection() != null) {
            ProblemMapper.end(request, SessionStreams.noRoom());
            return;
        }
        var opened = new AtomicReference<@Nullable Session>();
        var context = vertx.getOrCreateContext();
        var wire = new OneAnswer(response, () -> context.runOnContext(_ -> leave(opened.get())));
        var session = sessions.openUnnoticed(wire, name -> request.request().getHeader(name));
        opened.set(session);
        response.closeHandler(_ -> session.closed());
        response.exceptionHandler(_ -> session.closed());
        session.receive(body);
    }

    private static void leave(@Nullable Session session) {
        if (session != null) {
            session.closed();
        }
    }
}
