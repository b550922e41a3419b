package dev.carillon.connection.transport.websocket;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.HttpProbe;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client that sends exactly the frames it is told to, in JSON, and keeps all that comes back.
///
/// Safe for use by many threads.
final class RawClient implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /// Why the server ended the connection.
    record Closed(int code, String reason) {}

    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicInteger pings = new AtomicInteger();
    private @Nullable WebSocket socket;
    private volatile boolean reading = true;
    private long lastId;

    static RawClient open(String query, String... subprotocols) {
        return open(Map.of(), query, subprotocols);
    }

    /// @param headers of the request that opens the connection
    static RawClient open(Map<String, String> headers, String query, String... subprotocols) {
        return openAt(headers, "/connection/websocket" + query, subprotocols);
    }

    static RawClient openAt(String path, String... subprotocols) {
        return openAt(Map.of(), path, subprotocols);
    }

    /// @param origin of the page that opens it; null for a client that is no browser
    static RawClient openFrom(@Nullable String origin, String path, String... subprotocols) {
        return openAt(origin == null ? Map.of() : Map.of("Origin", origin), path, subprotocols);
    }

    /// @param headers of the request that opens the connection
    static RawClient openAt(Map<String, String> headers, String path, String... subprotocols) {
        var client = new RawClient();
        int port = HttpProbe.uri("/").getPort();
        var builder = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);
        headers.forEach(builder::header);
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        client.socket = builder.buildAsync(URI.create("ws://localhost:" + port + path), client)
                .join();
        return client;
    }

    static RawClient open() {
        return open("");
    }

    /// A client that is connected.
    static RawClient connected() {
        var client = open();
        client.connect();
        return client;
    }

    /// Reads nothing from now on, until told otherwise.
    void reading(boolean yes) {
        reading = yes;
        if (yes) {
            socket().request(1);
        }
    }

    /// A frame that a client that speaks JSON never sends.
    void sendBinary(byte[] frame) {
        socket().sendBinary(ByteBuffer.wrap(frame), true).join();
    }

    String subprotocol() {
        return socket().getSubprotocol();
    }

    /// The number of the command that was sent last.
    long lastId() {
        return lastId;
    }

    RawClient send(String frame) {
        socket().sendText(frame, true).join();
        return this;
    }

    RawClient send(Method... methods) {
        var frame = Stream.of(methods)
                .map(method ->
                        JsonCodec.INSTANCE.encode(new Command(++lastId, method)).text())
                .collect(Collectors.joining("\n"));
        return send(frame);
    }

    /// Connects, and gives the reply.
    Result.Connect connect() {
        return (Result.Connect) call(Method.Connect.EMPTY);
    }

    /// Sends a command, and gives its result.
    Result call(Method method) {
        send(method);
        return success(lastId);
    }

    /// Sends a command that is refused, and gives the error's code.
    int refused(Method method) {
        send(method);
        return failure(lastId);
    }

    /// Subscribes, and gives the result.
    Result.Subscribe subscribe(String channel) {
        return (Result.Subscribe) call(Method.Subscribe.to(channel));
    }

    /// Publishes a piece of JSON.
    void publish(String channel, String json) {
        call(new Method.Publish(channel, ByteString.copyFromUtf8(json), 0));
    }

    /// The result of the command with this number; the first command has 1.
    Result success(long id) {
        return answer(Reply.Success.class, success -> success.id() == id).result();
    }

    /// The error code that refused the command with this number.
    int failure(long id) {
        return answer(Reply.Failure.class, failure -> failure.id() == id)
                .error()
                .code();
    }

    private <R extends Reply> R answer(Class<R> kind, Predicate<R> wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> replies().stream()
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .filter(wanted)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    List<Reply> replies() {
        return frames.stream()
                .flatMap(frame -> JsonCodec.INSTANCE.decodeReplies(frame).stream())
                .toList();
    }

    List<Publication> publications(String channel) {
        return replies().stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> ((Push) reply).body())
                .filter(Push.Pub.class::isInstance)
                .map(body -> ((Push.Pub) body).publication())
                .toList();
    }

    /// What is pushed of a channel that is no publication, in order.
    List<Push.Body> changes(String channel) {
        return replies().stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> ((Push) reply).body())
                .filter(body -> !(body instanceof Push.Pub))
                .toList();
    }

    List<String> data(String channel) {
        return publications(channel).stream()
                .map(Publication::data)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    List<String> frames() {
        return frames;
    }

    int framePings() {
        return pings.get();
    }

    Closed closed() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    @Override
    public void close() {
        socket().abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            frames.add(text.toString());
            text.setLength(0);
        }
        if (reading) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
        pings.incrementAndGet();
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(new Closed(statusCode, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }
}
