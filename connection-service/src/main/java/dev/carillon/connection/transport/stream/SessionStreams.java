package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bounds;
import dev.carillon.connection.session.Advice;
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
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Sessions whose replies come in a response that does not end. The request brings the first commands; further
/// ones come by [EmulationRoute]. Clients that only listen bring a connect request and nothing more.
///
/// | path | begins with | the response has |
/// |---|---|---|
/// | `/connection/sse` | `GET ?cf_connect=`, `POST` | server-sent events |
/// | `/connection/http_stream` | `POST` | JSON lines, or Protobuf if the request has it |
/// | `/connection/uni_sse` | `GET ?cf_connect=`, `POST` | server-sent events |
/// | `/connection/uni_http_stream` | `POST` | JSON lines |
///
/// Runs on event loops and never blocks.
@Singleton
final class SessionStreams {

    private static final String CONNECT = "cf_connect";
    private static final int MAX_RETRY_SECONDS = 10;

    private final Sessions sessions;
    private final Bounds room;
    private final Vertx vertx;
    private final RequestBody.Allowed allowed;

    SessionStreams(Sessions sessions, Bounds room, Vertx vertx, ConnectionConfig config) {
        this.sessions = sessions;
        this.room = room;
        this.vertx = vertx;
        this.allowed = new RequestBody.Allowed(config.maxFrame().asLongValue(), config.connectTimeout(), room);
    }

    /// One of the paths.
    ///
    /// @param get whether the first commands may stand in the URL
    /// @param unidirectional whether its clients only listen
    private record Endpoint(boolean get, boolean unidirectional, Function<RoutingContext, StreamForm> form) {

        String methods() {
            return get ? "GET, POST" : "POST";
        }
    }

    void register(@Observes Router router) {
        route(router, "/connection/sse", new Endpoint(true, false, _ -> StreamForm.EVENTS));
        route(router, "/connection/http_stream", new Endpoint(false, false, SessionStreams::formOf));
        route(router, "/connection/uni_sse", new Endpoint(true, true, _ -> StreamForm.EVENTS.unidirectional()));
        route(router, "/connection/uni_http_stream", new Endpoint(false, true, _ -> StreamForm.LINES.unidirectional()));
    }

    private void route(Router router, String path, Endpoint endpoint) {
        router.route(path).handler(request -> handle(request, endpoint));
    }

    private static StreamForm formOf(RoutingContext request) {
        return isProtobuf(request) ? StreamForm.PROTOBUF : StreamForm.LINES;
    }

    /// Whether a request speaks Protobuf.
    static boolean isProtobuf(RoutingContext request) {
        var type = request.request().getHeader("Content-Type");
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
    }

    private void handle(RoutingContext request, Endpoint endpoint) {
        var method = request.request().method();
        if (method.equals(HttpMethod.POST)) {
            RequestBody.read(
                    vertx,
                    request.request(),
                    allowed,
                    new RequestBody.Outcome(
                            frame -> open(request, endpoint, frame), problem -> ProblemMapper.end(request, problem)));
        } else if (method.equals(HttpMethod.GET) && endpoint.get()) {
            var connect = request.queryParam(CONNECT);
            if (connect.isEmpty() && !endpoint.unidirectional()) {
                ProblemMapper.end(request, ProblemException.of(ProblemType.BAD_REQUEST, "cf_connect must be there"));
                return;
            }
            open(request, endpoint, ByteString.copyFromUtf8(connect.isEmpty() ? "" : connect.getFirst()));
        } else {
            request.response().putHeader("Allow", endpoint.methods());
            ProblemMapper.end(
                    request, ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "a stream does not begin like that"));
        }
    }

    private void open(RoutingContext request, Endpoint endpoint, ByteString frame) {
        var response = request.response();
        if (response.closed()) {
            return;
        }
        if (room.newConnection() != null) {
            ProblemMapper.end(request, noRoom());
            return;
        }
        var form = endpoint.form().apply(request);
        var wire = new StreamWire(vertx, response, form);
        wire.begin();
        var session = session(request, endpoint, form, wire);
        response.closeHandler(_ -> session.closed());
        response.exceptionHandler(_ -> session.closed());
        session.receive(frame);
    }

    /// Says when to try again; not to all of them the same.
    static ProblemException noRoom() {
        var pause = Duration.ofSeconds(RandomGenerator.getDefault().nextInt(1, MAX_RETRY_SECONDS + 1));
        return ProblemException.retryAfter(ProblemType.UNAVAILABLE, "there is no room here", pause);
    }

    private Session session(RoutingContext request, Endpoint endpoint, StreamForm form, StreamWire wire) {
        Function<String, @Nullable String> headers = request.request()::getHeader;
        var asked = Advice.asked(headers, request.request().query());
        return endpoint.unidirectional()
                ? sessions.openUnidirectional(wire, asked)
                : sessions.openReachable(form.codec(), wire, asked);
    }
}
