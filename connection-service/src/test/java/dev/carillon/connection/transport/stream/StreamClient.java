package dev.carillon.connection.transport.stream;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.carillon.connection.HttpProbe;
import dev.carillon.contract.client.Command;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ProtobufCodec;
import dev.carillon.contract.client.ProtocolCodec;
import dev.carillon.contract.client.Publication;
import dev.carillon.contract.client.Push;
import dev.carillon.contract.client.Reply;
import dev.carillon.contract.client.Result;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client of a session stream that sends exactly what it is told to, and keeps all that comes back.
///
/// A thread of its own reads. Safe for use by many threads, but for the numbers of commands.
final class StreamClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP_1 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final HttpClient HTTP_2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    /// How it speaks.
    enum Form {
        SSE_GET("/connection/sse"),
        SSE_POST("/connection/sse"),
        LINES("/connection/http_stream"),
        PROTOBUF("/connection/http_stream"),
        UNI_SSE_GET("/connection/uni_sse"),
        UNI_SSE_POST("/connection/uni_sse"),
        UNI_LINES("/connection/uni_http_stream");

        final String path;

        Form(String path) {
            this.path = path;
        }

        ProtocolCodec codec() {
            return switch (this) {
                case SSE_GET, SSE_POST, LINES -> JsonCodec.INSTANCE;
                case PROTOBUF -> ProtobufCodec.INSTANCE;
                case UNI_SSE_GET, UNI_SSE_POST, UNI_LINES -> JsonCodec.UNIDIRECTIONAL;
            };
        }

        boolean isSse() {
            return path.endsWith("sse");
        }

        String contentType() {
            return this == PROTOBUF ? "application/octet-stream" : "application/json";
        }

        HttpRequest.Builder request(ByteString first) {
            if (this == SSE_GET || this == UNI_SSE_GET) {
                var query = first.isEmpty() ? "" : "?cf_connect=" + HttpProbe.encode(first.toStringUtf8());
                return HttpRequest.newBuilder(HttpProbe.uri(path + query));
            }
            return HttpRequest.newBuilder(HttpProbe.uri(path))
                    .header("Content-Type", contentType())
                    .POST(BodyPublishers.ofByteArray(first.toByteArray()));
        }
    }

    private final Form form;
    private final HttpResponse<InputStream> response;
    private final List<Reply> replies = new CopyOnWriteArrayList<>();
    private volatile boolean ended;
    private volatile boolean cut;
    private long lastId;
    private Result.@Nullable Connect connected;

    private StreamClient(Form form, HttpResponse<InputStream> response) {
        this.form = form;
        this.response = response;
        Thread.ofVirtual().name("stream-client").start(this::read);
    }

    static StreamClient open(Form form, ByteString first) {
        return open(HTTP_1, form, first);
    }

    static StreamClient open(HttpClient http, Form form, ByteString first, String... headers) {
        try {
            var request = form.request(first);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return new StreamClient(form, http.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// A client that is connected.
    static StreamClient connected(Form form) {
        return connected(HTTP_1, form);
    }

    static StreamClient connected(HttpClient http, Form form) {
        var client = open(http, form, frame(form.codec(), 1, Method.Connect.EMPTY));
        client.lastId = 1;
        client.connected = (Result.Connect) client.success(1);
        return client;
    }

    /// Commands as the body of a request, numbered from `id` on.
    static ByteString frame(ProtocolCodec codec, long id, Method... methods) {
        var numbers = Stream.iterate(id, n -> n + 1).iterator();
        return codec.join(Stream.of(methods)
                        .map(method ->
                                codec.encode(new Command(method instanceof Method.Pong ? 0 : numbers.next(), method)))
                        .toList())
                .bytes();
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    Result.Connect connected() {
        return Objects.requireNonNull(connected);
    }

    /// Sends commands as they are beside the stream, and gives the status.
    int post(ByteString frame) {
        return emulate(connected().node(), connected().session(), frame);
    }

    int emulate(String node, String session, ByteString frame) {
        var request = HttpRequest.newBuilder(HttpProbe.uri("/emulation"))
                .timeout(PATIENCE)
                .header("Content-Type", form.contentType())
                .POST(BodyPublishers.ofByteArray(emulation(node, session, frame)));
        try {
            return HTTP_1.send(request.build(), BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private byte[] emulation(String node, String session, ByteString frame) {
        if (form != Form.PROTOBUF) {
            return HttpProbe.JSON
                    .createObjectNode()
                    .put("session", session)
                    .put("node", node)
                    .put("data", frame.toStringUtf8())
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            out.writeString(1, node);
            out.writeString(2, session);
            out.writeBytes(3, frame);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Sends commands; the last one's number is [#lastId()].
    int send(Method... methods) {
        long first = lastId + 1;
        lastId += methods.length;
        return post(frame(form.codec(), first, methods));
    }

    Result call(Method method) {
        send(method);
        return success(lastId);
    }

    int refused(Method method) {
        send(method);
        return failure(lastId);
    }

    void subscribe(String channel) {
        call(Method.Subscribe.to(channel));
    }

    void publish(String channel, String json) {
        call(new Method.Publish(channel, ByteString.copyFromUtf8(json), 0));
    }

    Result success(long id) {
        return answer(Reply.Success.class, success -> success.id() == id).result();
    }

    int failure(long id) {
        return answer(Reply.Failure.class, failure -> failure.id() == id)
                .error()
                .code();
    }

    /// The first push of that kind.
    <B extends Push.Body> B push(Class<B> kind) {
        var push = answer(Push.class, one -> kind.isInstance(one.body()));
        return kind.cast(push.body());
    }

    /// Waits for the end of the stream, and gives the code that came just before it.
    int disconnected() {
        await().atMost(PATIENCE).until(() -> ended);
        if (!cut && replies.getLast() instanceof Push push && push.body() instanceof Push.Disconnect disconnect) {
            return disconnect.code();
        }
        throw new AssertionError("the stream ended without a word, cut: " + cut + ", after " + replies);
    }

    boolean hasEnded() {
        return ended;
    }

    List<Reply> replies() {
        return List.copyOf(replies);
    }

    List<String> data(String channel) {
        return replies.stream()
                .filter(reply -> reply instanceof Push push && push.channel().equals(channel))
                .map(reply -> ((Push) reply).body())
                .filter(Push.Pub.class::isInstance)
                .map(body -> ((Push.Pub) body).publication())
                .map(Publication::data)
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private <R extends Reply> R answer(Class<R> kind, Predicate<R> wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> replies.stream()
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .filter(wanted)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (var body = response.body()) {
            if (form == Form.PROTOBUF) {
                readProtobuf(body);
            } else {
                readLines(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
            }
        } catch (IOException _) {
            cut = true;
        } finally {
            ended = true;
        }
    }

    private void readLines(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!form.isSse()) {
                hear(ByteString.copyFromUtf8(line));
            } else if (line.startsWith("data: ")) {
                hear(ByteString.copyFromUtf8(line.substring(6)));
            }
        }
    }

    private void readProtobuf(InputStream body) throws IOException {
        for (int first = body.read(); first >= 0; first = body.read()) {
            int size = CodedInputStream.readRawVarint32(first, body);
            var message = ByteString.newOutput();
            var out = CodedOutputStream.newInstance(message);
            out.writeUInt32NoTag(size);
            out.writeRawBytes(body.readNBytes(size));
            out.flush();
            hear(message.toByteString());
        }
    }

    private void hear(ByteString frame) {
        replies.addAll(form.codec().decodeReplies(frame));
    }
}
