package dev.carillon.connection.bound;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.EventLoops;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Cuts connections whose requests do not arrive whole in time. The server's idle timeout finds who sends
/// nothing; this finds who sends a byte now and then: of the head of the first request (see [FirstRequest]), or
/// of a body.
///
/// Safe for use by many event loops: each looks after its own requests, once a second, and only those whose
/// bodies are still coming.
@Singleton
final class SlowRequests implements HttpServerOptionsCustomizer {

    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Before everything else.
    private static final int FIRST = -10_000;

    private final Bounds bounds;
    private final EventLoops loops;
    private final long patience;
    private final Map<EventLoops.Loop, Queue<Arriving>> arriving = new ConcurrentHashMap<>();

    SlowRequests(Bounds bounds, EventLoops loops, ConnectionConfig config) {
        this.bounds = bounds;
        this.loops = loops;
        this.patience = config.requestTimeout().toNanos();
    }

    /// A request whose body was not there with its head. It stays in its queue until somebody looks, but does not
    /// keep a request that has been answered: thousands of them would outlive the collections of young objects.
    private static final class Arriving {
        private final long since = System.nanoTime();
        private @Nullable HttpServerRequest request;

        Arriving(HttpServerRequest request) {
            this.request = request;
        }

        void answered() {
            request = null;
        }
    }

    /// Netty looks for extensions when the first server begins to listen, and only if it is told to.
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        customizeHttpServer(options);
    }

    void register(@Observes Router router) {
        router.route().order(FIRST).handler(this::begin);
    }

    private void begin(RoutingContext context) {
        var request = context.request();
        if (request.connection() instanceof ConnectionBase connection) {
            FirstRequest.arrived(connection.channelHandlerContext().channel());
        }
        if (hasBody(request) && !request.isEnded()) {
            var one = new Arriving(request);
            arriving.computeIfAbsent(loops.current(), this::watched).add(one);
            context.addEndHandler(_ -> one.answered());
        }
        context.next();
    }

    private static boolean hasBody(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return true; // it need not say so
        }
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    private Queue<Arriving> watched(EventLoops.Loop loop) {
        var queue = new ArrayDeque<Arriving>();
        loop.every(LOOK, () -> look(queue));
        return queue;
    }

    private void look(Queue<Arriving> queue) {
        long now = System.nanoTime();
        queue.removeIf(one -> {
            var request = one.request;
            if (request == null || request.isEnded() || request.response().closed()) {
                return true;
            }
            if (now - one.since <= patience) {
                return false;
            }
            bounds.refused(Bound.SLOW_REQUESTS);
            request.connection().close();
            return true;
        });
    }
}
