package dev.carillon.connection.bound;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;

/// Cuts connections that do not bring the head of a request in time, however busily they send. Netty finds and
/// makes it, because nothing else sees a connection before its first request; hence it asks for its setting
/// itself.
///
/// Safe for use by many event loops.
@RegisterForReflection
public final class FirstRequest extends ChannelInitializerExtension {

    private static final String SETTING = "carillon.connection.request-timeout";
    private static final Duration OTHERWISE = Duration.ofSeconds(30);
    private static final AttributeKey<Future<?>> DEADLINE = AttributeKey.valueOf("carillon-first-request");

    private final long patience = ConfigProvider.getConfig()
            .getOptionalValue(SETTING, Duration.class)
            .orElse(OTHERWISE)
            .toMillis();

    /// It is there: the connection may stay. On the channel's event loop.
    static void arrived(Channel channel) {
        if (channel.hasAttr(DEADLINE)) {
            var deadline = channel.attr(DEADLINE).getAndSet(null);
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new Clock());
    }

    /// Starts the clock, and is gone then.
    private final class Clock extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            Runnable cut = () -> {
                var _ = context.channel().close();
            };
            context.channel().attr(DEADLINE).set(context.executor().schedule(cut, patience, TimeUnit.MILLISECONDS));
            context.fireChannelActive();
            context.pipeline().remove(this);
        }
    }
}
