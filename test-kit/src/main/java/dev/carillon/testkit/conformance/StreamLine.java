package dev.carillon.testkit.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A response that does not end, and requests beside it. As with a WebSocket, what cannot be sent because the
/// session is gone fails with a [CompletionException], and the last word is told as the code of the end.
final class StreamLine implements Transport.Line {

    static final int CONTENT_TOO_LARGE = 413;

    /// Longer first frames do not travel in a URL.
    private static final int MAX_QUERY = 8_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Door door;
    private final String path;
    private final Pieces.Form form;
    private final ProtocolCodec codec;
    private final Transport.Ear ear;
    private final CompletableFuture<Result.Connect> connected = new CompletableFuture<>();
    private volatile @Nullable Body body;

    StreamLine(Door door, String path, Pieces.Form form, ProtocolCodec codec, Transport.Ear ear) {
        this.door = door;
        this.path = path;
        this.form = form;
        this.codec = codec;
        this.ear = ear;
    }

    @Override
    public synchronized void send(ByteString frame) {
        if (body == null) {
            var opened = new Body();
            body = opened;
            HTTP.sendAsync(opening(frame), opened).join();
        } else {
            emulate(frame);
        }
    }

    @Override
    public void reading(boolean yes) {
        var opened = body;
        if (opened != null) {
            opened.reading(yes);
        }
    }

    @Override
    public void cut() {
        var opened = body;
        if (opened != null) {
            opened.cancel();
        }
    }

    /// In the URL as an `EventSource` would, as long as it fits.
    private HttpRequest opening(ByteString frame) {
        var query = "?cf_connect=" + NodeHttp.encode(frame.toStringUtf8());
        if (form == Pieces.Form.EVENTS && query.length() <= MAX_QUERY) {
            return HttpRequest.newBuilder(door.node().resolve(path + query)).build();
        }
        return post(door.node().resolve(path), frame.toByteArray());
    }

    private void emulate(ByteString frame) {
        var session =
                connected.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        var request = post(door.beside().resolve("/emulation"), emulation(session, frame));
        int status = HTTP.sendAsync(request, BodyHandlers.discarding()).join().statusCode();
        if (status != 204) {
            throw new CompletionException(new IOException("emulation was answered with " + status));
        }
    }

    private HttpRequest post(URI uri, byte[] content) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", isBinary() ? "application/octet-stream" : "application/json")
                .POST(BodyPublishers.ofByteArray(content))
                .build();
    }

    private byte[] emulation(Result.Connect session, ByteString frame) {
        if (!isBinary()) {
            return NodeHttp.JSON
                    .createObjectNode()
                    .put("session", session.session())
                    .put("node", session.node())
                    .put("data", frame.toStringUtf8())
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            out.writeString(1, session.node());
            out.writeString(2, session.session());
            out.writeBytes(3, frame);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private boolean isBinary() {
        return codec instanceof ProtobufCodec;
    }

    /// What comes back. Told by one of the HTTP client's threads at a time; `reading` and `cancel` by any.
    private final class Body implements HttpResponse.BodyHandler<Void>, HttpResponse.BodySubscriber<Void> {
        private final Pieces pieces = new Pieces(form);
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private volatile boolean reading = true;
        private int end = Transport.CUT;

        @Override
        public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo head) {
            if (head.statusCode() != 200) {
                end = head.statusCode();
            }
            return this;
        }

        /// The response is there as soon as its head is.
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            var messages = new ArrayList<ByteString>();
            for (var buffer : buffers) {
                messages.addAll(pieces.more(buffer));
            }
            if (end == Transport.CUT) {
                hear(messages);
            }
            if (reading) {
                subscription.join().request(1);
            }
        }

        private void hear(List<ByteString> messages) {
            var replies = new ArrayList<Reply>();
            for (var message : messages) {
                for (var reply : codec.decodeReplies(message)) {
                    switch (reply) {
                        case Push push when push.body() instanceof Push.Disconnect why -> end = why.code();
                        case Reply.Success(long _, Result.Connect result) -> {
                            connected.complete(result);
                            replies.add(reply);
                        }
                        case Reply.Failure _ -> {
                            // Before anything else was answered it is about the connection.
                            connected.completeExceptionally(new IOException("not connected"));
                            replies.add(reply);
                        }
                        case Reply _ -> replies.add(reply);
                    }
                }
            }
            if (!replies.isEmpty()) {
                ear.heard(replies);
            }
        }

        @Override
        public void onError(Throwable failure) {
            ended();
        }

        @Override
        public void onComplete() {
            ended();
        }

        private void ended() {
            connected.completeExceptionally(new IOException("the stream ended with " + end));
            ear.closed(end);
        }

        void reading(boolean yes) {
            reading = yes;
            if (yes) {
                subscription.join().request(1);
            }
        }

        void cancel() {
            var _ = subscription.thenAccept(Flow.Subscription::cancel);
            ended();
        }
    }
}
