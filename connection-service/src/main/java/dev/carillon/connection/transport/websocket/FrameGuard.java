package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.bound.Bound;
import dev.carillon.connection.bound.Bounds;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Bounds what a WebSocket can make a node do before our own code sees a message.
///
/// A message that is too large, in one frame or in many, or a frame that breaks RFC 6455, ends the connection
/// with the close code that says so: the server by itself just hangs up, and clients would come back to try the
/// same. No extension is agreed on, so a frame never becomes larger than it was on the wire.
@Singleton
final class FrameGuard implements HttpServerOptionsCustomizer {

    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final String NAME = "carillon-frame-guard";

    /// After the gate for origins, before the endpoints.
    private static final int EARLY = -50;

    /// How much of a message is read before it is refused.
    private static final long AMPLE = 1L << 20;

    private final Bounds bounds;
    private final long maxFrame;

    FrameGuard(Bounds bounds, ConnectionConfig config) {
        this.bounds = bounds;
        this.maxFrame = config.maxFrame().asLongValue();
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        prepare(options);
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        prepare(options);
    }

    void register(@Observes Router router) {
        for (var path : List.of(Handshakes.CLIENTS, Handshakes.LISTENERS)) {
            router.route(path).order(EARLY).handler(this::guard);
        }
    }

    private void prepare(HttpServerOptions options) {
        // What is larger is refused below, with the right close code.
        int ample = Math.toIntExact(Math.max(AMPLE, maxFrame));
        options.setWebSocketSubProtocols(SocketRequest.SUBPROTOCOLS)
                .setMaxWebSocketFrameSize(ample)
                .setMaxWebSocketMessageSize(ample)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    private void guard(RoutingContext request) {
        if (request.request().connection() instanceof ConnectionBase connection) {
            var server = connection.channelHandlerContext();
            if (server.pipeline().get(NAME) == null) {
                server.pipeline()
                        .addBefore(
                                server.name(), NAME, new GoodbyeHandler(maxFrame, () -> bounds.refused(Bound.FRAME)));
            }
        }
        request.next();
    }

    /// Says goodbye to who sends too much, or what cannot be read; what comes after that is dropped. Confined
    /// to the connection's event loop.
    static final class GoodbyeHandler extends ChannelInboundHandlerAdapter {

        private final long max;
        private final Runnable tooMuch;
        private long size;
        private boolean said;

        /// @param tooMuch called when a message is too large
        GoodbyeHandler(long max, Runnable tooMuch) {
            this.max = max;
            this.tooMuch = tooMuch;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!said && message instanceof WebSocketFrame frame && isTooMuch(frame)) {
                tooMuch.run();
                goodbye(context, WebSocketCloseStatus.MESSAGE_TOO_BIG);
            }
            if (said || isVain(context, message)) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException corrupted) {
                goodbye(context, corrupted.closeStatus());
            } else {
                context.fireExceptionCaught(cause);
            }
        }

        /// Whether it is a ping of somebody who does not read: the answers would pile up.
        private static boolean isVain(ChannelHandlerContext context, Object message) {
            return message instanceof PingWebSocketFrame && !context.channel().isWritable();
        }

        /// Counts the pieces of one message together.
        private boolean isTooMuch(WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
                size = 0;
            } else if (!(frame instanceof ContinuationWebSocketFrame)) {
                return false;
            }
            size += frame.content().readableBytes();
            return size > max;
        }

        /// Hangs up a little later: what comes in meanwhile would have the network throw the goodbye away.
        private void goodbye(ChannelHandlerContext context, WebSocketCloseStatus why) {
            if (!said) {
                said = true;
                var _ = context.writeAndFlush(new CloseWebSocketFrame(why));
                Runnable hangUp = () -> {
                    var _ = context.close();
                };
                var _ = context.executor().schedule(hangUp, LINGER.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
