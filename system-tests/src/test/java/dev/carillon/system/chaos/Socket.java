package dev.carillon.system.chaos;

import com.google.protobuf.ByteString;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A WebSocket that speaks the client protocol, for a thread that blocks. Confined to that thread, but for what
/// arrives.
final class Socket implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final int PATIENCE_SECONDS = 10;

    private final ProtocolCodec codec;
    private final WebSocket socket;
    private final Ear ear;

    private Socket(ProtocolCodec codec, WebSocket socket, Ear ear) {
        this.codec = codec;
        this.socket = socket;
        this.ear = ear;
    }

    static Socket open(Instance node, ProtocolCodec codec) throws IOException, InterruptedException {
        var ear = new Ear();
        var url = URI.create(node.url("/connection/websocket").toString().replaceFirst("http", "ws"));
        var opening = HTTP.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .subprotocols(codec == JsonCodec.INSTANCE ? "centrifuge-json" : "centrifuge-protobuf")
                .buildAsync(url, ear);
        // Should it open after we gave up, nobody would close it.
        try {
            return new Socket(codec, await(opening), ear);
        } catch (IOException e) {
            var _ = opening.thenAccept(WebSocket::abort);
            throw e;
        }
    }

    void send(List<Command> commands) throws IOException, InterruptedException {
        if (commands.isEmpty()) {
            return;
        }
        var frame = codec.join(commands.stream().map(codec::encode).toList());
        await(
                codec == JsonCodec.INSTANCE
                        ? socket.sendText(frame.text(), true)
                        : socket.sendBinary(frame.bytes().asReadOnlyByteBuffer(), true));
    }

    /// The next replies.
    ///
    /// @throws IOException when the connection is closed, or silent for too long
    List<Reply> next(long millis) throws IOException, InterruptedException {
        var frame = ear.frames.poll(millis, TimeUnit.MILLISECONDS);
        if (frame == null) {
            throw new IOException("silence");
        }
        if (frame.isEmpty()) {
            throw new IOException(ear.ending);
        }
        return codec.decodeReplies(frame);
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("no connection", e);
        } catch (TimeoutException e) {
            throw new IOException("connection stalls", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    /// Called by the client's threads, one call at a time.
    private static final class Ear implements WebSocket.Listener {
        /// An empty one is the end.
        private final LinkedBlockingQueue<ByteString> frames = new LinkedBlockingQueue<>();

        private final StringBuilder text = new StringBuilder();
        private ByteString bytes = ByteString.EMPTY;
        private volatile String ending = "";

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(ByteString.copyFromUtf8(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            bytes = bytes.concat(ByteString.copyFrom(data));
            if (last) {
                frames.add(bytes);
                bytes = ByteString.EMPTY;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end("broken");
        }

        private void end(String why) {
            ending = why;
            frames.add(ByteString.EMPTY);
        }
    }
}
