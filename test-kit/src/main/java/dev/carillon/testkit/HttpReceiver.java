package dev.carillon.testkit;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Somebody's HTTP server, on a free loopback port: keeps every request it gets and answers as a test tells it
/// to.
///
/// Each request runs on a virtual thread of its own, so the answering function may wait as long as it likes;
/// when it throws, the connection is closed without an answer. A request is kept before it is answered.
///
/// Safe for use by many threads.
public final class HttpReceiver implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
    private volatile Function<Received, Answer> answering;

    private HttpReceiver(HttpServer server, Function<Received, Answer> answering, Clock clock) {
        this.server = server;
        this.answering = answering;
        this.clock = clock;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    /// A receiver that answers everything with 204.
    public static HttpReceiver start() {
        return start(_ -> Answer.of(204));
    }

    public static HttpReceiver start(Function<Received, Answer> answering) {
        // Otherwise an answer in two packets waits 40 ms for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            var receiver = new HttpReceiver(server, answering, Clock.systemUTC());
            server.createContext("/", receiver::handle);
            server.setExecutor(receiver.threads);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException("no HTTP receiver", e);
        }
    }

    /// From now on answers like this.
    public void answer(Function<Received, Answer> answering) {
        this.answering = answering;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// Where `path` (with its leading slash) is reached.
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /// All requests up to now, in order of arrival.
    public List<Received> received() {
        return List.copyOf(received);
    }

    /// All requests to one path up to now, in order of arrival.
    public List<Received> received(String path) {
        return received.stream().filter(request -> request.path().equals(path)).toList();
    }

    public void forget() {
        received.clear();
    }

    /// Stops listening and breaks connections off, answered or not.
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var arrivedAt = clock.instant();
            var uri = exchange.getRequestURI();
            var request = new Received(
                    exchange.getRequestMethod(),
                    uri.getRawPath(),
                    uri.getRawQuery(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    ByteString.readFrom(exchange.getRequestBody()),
                    arrivedAt);
            received.add(request);
            write(exchange, answering.apply(request));
        }
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (answer.body().isEmpty()) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.body().size());
        answer.body().writeTo(exchange.getResponseBody());
    }

    /// One request as it came in. `body` is exactly the bytes that were sent; `path` and `query` are still
    /// percent-encoded.
    public record Received(
            String method,
            String path,
            @Nullable String query,
            Map<String, List<String>> headers,
            ByteString body,
            Instant arrivedAt) {
        public Received {
            headers = Map.copyOf(headers);
        }

        /// The first value of a header, whatever the case of its name.
        public @Nullable String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }

        public String text() {
            return body.toStringUtf8();
        }
    }

    /// What to answer.
    public record Answer(int status, Map<String, String> headers, ByteString body) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        public static Answer of(int status) {
            return new Answer(status, Map.of(), ByteString.EMPTY);
        }

        public Answer header(String name, String value) {
            var more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body);
        }

        public Answer body(String text) {
            return new Answer(status, headers, ByteString.copyFromUtf8(text));
        }
    }
}
