package dev.carillon.connection.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.carillon.connection.HttpProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/// A reader of server-sent events that follows the rules of `EventSource`: what has an id moves the cursor,
/// what has no data is no event.
///
/// A thread of its own reads; tests look at what it has read. Safe for use by many threads.
final class SseProbe implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// An event that was dispatched, with the cursor after it.
    record Message(String event, String data, String cursor) {

        JsonNode json() {
            try {
                return HttpProbe.JSON.readTree(data);
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + data, e);
            }
        }

        int number() {
            return json().at("/data/n").asInt(-1);
        }
    }

    private final HttpResponse<InputStream> response;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile String cursor = "";
    private volatile boolean ended;

    private SseProbe(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().name("sse-probe").start(this::read);
    }

    /// @param headers names and values in turn
    static SseProbe open(String path, String... headers) {
        return open(HttpClient.Version.HTTP_1_1, path, headers);
    }

    static SseProbe open(HttpClient.Version version, String path, String... headers) {
        var request = HttpRequest.newBuilder(HttpProbe.uri(path)).header("Accept", "text/event-stream");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var client = HttpClient.newBuilder().version(version).build();
            return new SseProbe(client.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    String cursor() {
        return cursor;
    }

    List<Message> messages() {
        return List.copyOf(messages);
    }

    List<String> comments() {
        return List.copyOf(comments);
    }

    boolean hasEnded() {
        return ended;
    }

    /// Returns when all channels are subscribed: from then on the client has a cursor.
    SseProbe awaitOpen() {
        Awaitility.await().atMost(PATIENCE).until(() -> !cursor.isEmpty());
        return this;
    }

    /// Returns when exactly these numbers came, in this order.
    SseProbe awaitNumbers(int from, int to) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(messages)
                .extracting(Message::number)
                .isEqualTo(IntStream.range(from, to).boxed().toList()));
        return this;
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
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            var block = new ArrayList<String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    dispatch(block);
                    block.clear();
                } else {
                    block.add(line);
                }
            }
        } catch (IOException _) {
            // Cut off, by one side or the other.
        } finally {
            ended = true;
        }
    }

    private void dispatch(List<String> block) {
        var event = "message";
        var data = new ArrayList<String>();
        for (var line : block) {
            var value = line.substring(line.indexOf(':') + 1).stripLeading();
            switch (line.substring(0, line.indexOf(':'))) {
                case "id" -> cursor = value;
                case "event" -> event = value;
                case "data" -> data.add(value);
                case "" -> comments.add(value);
                default -> {} // retry
            }
        }
        if (!data.isEmpty()) {
            messages.add(new Message(event, String.join("\n", data), cursor));
        }
    }
}
