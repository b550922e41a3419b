package dev.carillon.connection.transport.websocket;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/// Bounds what a WebSocket can make a node do before our own code sees a message.
///
/// A frame that announces more than the server reads, or that breaks RFC 6455, ends the connection with the close
/// code that says so: the server by itself just hangs up, and clients would come back to try the same. No
/// extension is agreed on, so a frame never becomes larger than it was on the wire.
@Singleton
final class FrameGuard implements HttpServerOptionsCustomizer {

    private static final String NAME = "carillon-frame-guard";

    /// After the gate for origins, before the endpoints.
    private static final int EARLY = -50;

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        withoutExtensions(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        withoutExtensions(options);
    }

    void register(@Observes Router router) {
        for (var path : List.of(ClientSocket.PATH, ListenerSocket.PATH)) {
            router.route(path).order(EARLY).handler(FrameGuard::guard);
        }
    }

    private static void withoutExtensions(HttpServerOptions options) {
        options.setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(false);
    }

    private static void guard(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            var server = connection.channelHandlerContext();
            if (server.pipeline().get(NAME) == null) {
                server.pipeline().addBefore(server.name(), NAME, new GoodbyeHandler());
            }
        }
        request.next();
    }

    /// Says goodbye when frames cannot be read. Confined to the connection's event loop.
    private static final class GoodbyeHandler extends ChannelInboundHandlerAdapter {

        private boolean said;

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof CorruptedWebSocketFrameException corrupted)) {
                context.fireExceptionCaught(cause);
            } else if (!said) {
                said = true;
                var _ = context.writeAndFlush(new CloseWebSocketFrame(corrupted.closeStatus()))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
