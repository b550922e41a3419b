package dev.carillon.connection.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketWireTest {

    @ParameterizedTest
    @ValueSource(ints = {100, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000})
    void aMessageOfAnyLengthIsReadAsItWasWritten(int size) {
        // Given
        var frame = frame(size);
        var client = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(2 * size)
                .build()));

        // When
        client.writeInbound(SocketWire.message(UnpooledByteBufAllocator.DEFAULT, SocketWire.TEXT, frame));

        // Then
        TextWebSocketFrame read = client.readInbound();
        assertThat(read.isFinalFragment()).isTrue();
        assertThat(read.text()).hasSize(size).isEqualTo(frame.text());
        assertThat(client.<Object>readInbound()).isNull();
        read.release();
        assertThat(client.finishAndReleaseAll()).isFalse();
    }

    private static Frame frame(int size) {
        int around = publication(0).size();
        return publication(size - around);
    }

    private static Frame publication(int length) {
        var data = ByteString.copyFrom('"' + "x".repeat(length) + '"', StandardCharsets.UTF_8);
        return JsonCodec.INSTANCE.encode(Push.to("channel", new Push.Pub(Publication.of(data, 1))));
    }
}
