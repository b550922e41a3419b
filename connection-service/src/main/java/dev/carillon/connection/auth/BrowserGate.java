package dev.carillon.connection.auth;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import dev.carillon.kit.ProblemMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Stands before everything that browsers use to listen, WebSocket included: lets pages of allowed origins
/// pass, tells browsers so (CORS), and answers what they ask beforehand.
///
/// Where backends publish and read, too, nobody is turned away for its origin. But a page that is not allowed
/// gets there without the user's cookies, and is not told the answer.
///
/// Runs on event loops and never blocks.
@Singleton
final class BrowserGate {

    private static final List<String> PATHS = List.of("/connection/*", "/emulation", "/v1/stream", "/v1/poll");

    private static final List<String> SHARED_PATHS = List.of("/v1/channels/*", "/v1/events");

    /// Before every handler of a path, after those of the framework.
    private static final int FIRST = -100;

    private static final String USUAL_HEADERS = "Authorization, Content-Type, Last-Event-ID, X-API-Key";
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9-]+( *, *[A-Za-z0-9-]+){0,50}");
    private static final String A_DAY = "86400";

    private final Origins origins;
    private final Counter refused;

    BrowserGate(ConnectionConfig config, MeterRegistry meters) {
        this.origins = new Origins(config.allowedOrigins().orElse(List.of()), config.insecure());
        this.refused = meters.counter("carillon.origins.refused");
    }

    void register(@Observes Router router) {
        PATHS.forEach(path -> router.route(path).order(FIRST).handler(request -> handle(request, false)));
        SHARED_PATHS.forEach(path -> router.route(path).order(FIRST).handler(request -> handle(request, true)));
    }

    private void handle(RoutingContext request, boolean shared) {
        var origin = request.request().getHeader("Origin");
        boolean several = request.request().headers().getAll("Origin").size() > 1;
        var verdict = several ? Origins.Verdict.REFUSED : origins.judge(origin, authority(request.request()));
        switch (verdict) {
            case OWN -> {}
            case TRUSTED -> allow(request.response(), String.valueOf(origin), true);
            case PUBLIC -> {
                // A browser sends them with a WebSocket handshake, whatever answers say.
                request.request().headers().remove("Cookie");
                allow(request.response(), "*", false);
            }
            case REFUSED -> {
                refuse(request, shared);
                return;
            }
        }
        if (request.request().method().equals(HttpMethod.OPTIONS)) {
            answer(request);
        } else {
            request.next();
        }
    }

    private void refuse(RoutingContext request, boolean shared) {
        if (shared) {
            request.request().headers().remove("Cookie");
            request.next();
            return;
        }
        refused.increment();
        ProblemMapper.end(request, ProblemException.of(ProblemType.FORBIDDEN, "this origin may not use the service"));
    }

    private static void allow(HttpServerResponse response, String origin, boolean credentials) {
        response.putHeader("Access-Control-Allow-Origin", origin)
                .putHeader("Access-Control-Expose-Headers", "Retry-After")
                .putHeader("Vary", "Origin");
        if (credentials) {
            response.putHeader("Access-Control-Allow-Credentials", "true");
        }
    }

    /// What a browser asks before it sends a request that no form could send.
    private static void answer(RoutingContext request) {
        var wanted = request.request().getHeader("Access-Control-Request-Headers");
        boolean names = wanted != null && HEADER_NAMES.matcher(wanted).matches();
        request.response()
                .putHeader("Access-Control-Allow-Methods", "GET, POST")
                .putHeader("Access-Control-Allow-Headers", names ? wanted : USUAL_HEADERS)
                .putHeader("Access-Control-Max-Age", A_DAY)
                .setStatusCode(204)
                .end();
    }

    private static @Nullable String authority(HttpServerRequest request) {
        var authority = request.authority();
        if (authority == null) {
            return null;
        }
        return authority.port() < 0 ? authority.host() : authority.host() + ":" + authority.port();
    }
}
