package dev.carillon.connection.conformance;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// WebSocket, in both protocols.
public enum WebSocketTransport implements Transport {
    WEBSOCKET_JSON("centrifuge-json"),
    WEBSOCKET_PROTOBUF("centrifuge-protobuf");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String subprotocol;

    WebSocketTransport(String subprotocol) {
        this.subprotocol = subprotocol;
    }

    @Override
    public ProtocolCodec codec() {
        return this == WEBSOCKET_JSON ? JsonCodec.INSTANCE : ProtobufCodec.INSTANCE;
    }

    @Override
    public Line open(Ear ear) {
        int port = HttpProbe.uri("/").getPort();
        var listener = new Listener(ear);
        var socket = HTTP.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(30))
                .subprotocols(subprotocol)
                .buildAsync(URI.create("ws://localhost:" + port + "/connection/websocket"), listener)
                .join();
        return new SocketLine(socket, listener, this == WEBSOCKET_JSON);
    }

    private record SocketLine(WebSocket socket, Listener listener, boolean text) implements Line {
        @Override
        public void send(ByteString frame) {
            var sent = text
                    ? socket.sendText(frame.toStringUtf8(), true)
                    : socket.sendBinary(ByteBuffer.wrap(frame.toByteArray()), true);
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
    }

    private static final class Listener implements WebSocket.Listener {
        private final Ear ear;
        private final StringBuilder text = new StringBuilder();
        private ByteString bytes = ByteString.EMPTY;
        private volatile boolean reading = true;

        Listener(Ear ear) {
            this.ear = ear;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                ear.frame(ByteString.copyFromUtf8(text.toString()));
                text.setLength(0);
            }
            return next(socket);
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes = bytes.concat(ByteString.copyFrom(data));
            if (last) {
                ear.frame(bytes);
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
            ear.closed(-1);
        }

        private @Nullable CompletionStage<?> next(WebSocket socket) {
            if (reading) {
                socket.request(1);
            }
            return null;
        }
    }
}
