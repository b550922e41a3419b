package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.junit.jupiter.api.Test;

class FrameGuardTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameGuard.GoodbyeHandler(100, () -> {}));

    @Test
    void pingsOfAClientThatReadsAreAnswered() {
        channel.writeInbound(new PingWebSocketFrame());

        assertThat(channel.<Object>readInbound()).isInstanceOf(PingWebSocketFrame.class);
    }

    @Test
    void pingsOfAClientThatDoesNotReadAreDropped() {
        // Given: more waits for the network than should
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        var _ = channel.write(Unpooled.wrappedBuffer(new byte[10]));
        assertThat(channel.isWritable()).isFalse();
        var ping = new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {1}));

        // When
        channel.writeInbound(ping, new TextWebSocketFrame("{}"));

        // Then
        assertThat(channel.<Object>readInbound()).isInstanceOf(TextWebSocketFrame.class);
        assertThat(channel.<Object>readInbound()).isNull();
        assertThat(ping.refCnt()).isZero();
    }
}
