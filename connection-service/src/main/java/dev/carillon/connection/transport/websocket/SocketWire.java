package dev.carillon.connection.transport.websocket;

import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes to one WebSocket: JSON in text messages, Protobuf in binary ones.
///
/// What is written to many is encoded once, and goes from there into the connection's pipeline with the head
/// of a WebSocket frame before it; the layers between would encode it again for every client. Pings and
/// closings, which are rare, go through them. Both ways end in the same pipeline, so they keep their order.
///
/// Confined to the connection's event loop.
final class SocketWire implements Wire {

    private static final Logger LOG = Logger.getLogger(SocketWire.class);

    /// How long a client may take to read what was written, and to close.
    private static final Duration LAST_WORDS = Duration.ofSeconds(15);

    /// The first byte of a frame (RFC 6455, 5.2): a message in one frame.
    static final int TEXT = 0x81;

    private static final int BINARY = 0x82;
    private static final int SHORT_LENGTH = 126;
    private static final int LONG_LENGTH = 127;
    private static final int MAX_HEAD = 10;

    private final ServerWebSocket socket;
    private final ChannelHandlerContext pipeline;
    private final ProtocolCodec codec;
    private final int firstByte;

    /// @param connection that the socket is on
    SocketWire(ServerWebSocket socket, ConnectionBase connection, ProtocolCodec codec) {
        this.socket = socket;
        this.pipeline = connection.channelHandlerContext();
        this.codec = codec;
        this.firstByte = switch (codec) {
            case JsonCodec _ -> TEXT;
            case ProtobufCodec _ -> BINARY;
        };
    }

    /// One WebSocket message for all of them.
    @Override
    public void write(List<Frame> frames, Done done) {
        var written = pipeline.writeAndFlush(message(pipeline.alloc(), firstByte, codec.join(frames)));
        if (written.isDone()) {
            done.written(isWell(written.cause()));
        } else {
            written.addListener(future -> done.written(isWell(future.cause())));
        }
    }

    @Override
    public void ping() {
        if (!socket.isClosed()) {
            socket.writePing(Buffer.buffer()).onFailure(failure -> LOG.debug("ping failed", failure));
        }
    }

    @Override
    public void close(CloseCode code) {
        close(code.code(), code.reason());
    }

    @Override
    public void close(int code, String reason) {
        if (!socket.isClosed()) {
            socket.close((short) code, reason).onFailure(failure -> LOG.debug("close failed", failure));
            hangUpLater();
        }
    }

    /// Who does not read would never get our last words, and keep what waits for it as long as it likes.
    private void hangUpLater() {
        Runnable hangUp = () -> {
            var _ = pipeline.close();
        };
        var later = pipeline.executor().schedule(hangUp, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        pipeline.channel().closeFuture().addListener(_ -> later.cancel(false));
    }

    private static boolean isWell(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.debug("write failed", failure);
        }
        return failure == null;
    }

    /// A message as it goes over the wire: servers do not mask (RFC 6455, 5.1).
    static ByteBuf message(ByteBufAllocator memory, int firstByte, Frame frame) {
        int size = frame.size();
        var message = memory.directBuffer(MAX_HEAD + size).writeByte(firstByte);
        if (size < SHORT_LENGTH) {
            message.writeByte(size);
        } else if (size <= Character.MAX_VALUE) {
            message.writeByte(SHORT_LENGTH).writeShort(size);
        } else {
            message.writeByte(LONG_LENGTH).writeLong(size);
        }
        frame.bytes().copyTo(message.internalNioBuffer(message.writerIndex(), size));
        return message.writerIndex(message.writerIndex() + size);
    }
}
