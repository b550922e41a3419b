package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One WebSocket.
final class SocketLine implements Transport.Line {

    static final int MESSAGE_TOO_BIG = 1009;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final WebSocket socket;
    private final Listener listener;
    private final boolean binary;

    private SocketLine(WebSocket socket, Listener listener, boolean binary) {
        this.socket = socket;
        this.listener = listener;
        this.binary = binary;
    }

    /// @param subprotocol to ask for, or nothing
    static SocketLine open(URI uri, String subprotocol, ProtocolCodec codec, Transport.Ear ear) {
        var listener = new Listener(codec, ear);
        var builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(30));
        if (!subprotocol.isEmpty()) {
            builder.subprotocols(subprotocol);
        }
        var socket = builder.buildAsync(uri, listener).join();
        return new SocketLine(socket, listener, codec instanceof ProtobufCodec);
    }

    @Override
    public void send(ByteString frame) {
        var sent = binary
                ? socket.sendBinary(ByteBuffer.wrap(frame.toByteArray()), true)
                : socket.sendText(frame.toStringUtf8(), true);
        sent.join();
    }

    @Override
    public void reading(boolean yes) {
        listener.reading = yes;
        if (yes) {
            socket.request(1);
        }
    }

    @Override
    public void cut() {
        socket.abort();
    }

    private static final class Listener implements WebSocket.Listener {
        private final ProtocolCodec codec;
        private final Transport.Ear ear;
        private final StringBuilder text = new StringBuilder();
        private ByteString bytes = ByteString.EMPTY;
        private volatile boolean reading = true;

        Listener(ProtocolCodec codec, Transport.Ear ear) {
            this.codec = codec;
            this.ear = ear;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                ear.heard(codec.decodeReplies(ByteString.copyFromUtf8(text.toString())));
                text.setLength(0);
            }
            return next(socket);
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes = bytes.concat(ByteString.copyFrom(data));
            if (last) {
                ear.heard(codec.decodeReplies(bytes));
                bytes = ByteString.EMPTY;
            }
            return next(socket);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ear.closed(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            ear.closed(Transport.CUT);
        }

        private @Nullable CompletionStage<?> next(WebSocket socket) {
            if (reading) {
                socket.request(1);
            }
            return null;
        }
    }
}
