package dev.carillon.bench.webhook;

import dev.carillon.bench.load.Marker;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Publishes through connection-service as a backend does: a batch of CloudEvents per channel and request, some
/// requests under way at a time.
final class HttpPress implements Press {

    private static final int UNDER_WAY = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final URI service;
    private final int batch;
    private final byte[] blank;
    private final Map<Integer, Batch> batches = new HashMap<>();
    private final Semaphore room = new Semaphore(UNDER_WAY);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private static final class Batch {
        private final ByteArrayOutputStream json = new ByteArrayOutputStream();
        private int events;
    }

    /// @param service where connection-service is
    /// @param batch events per request
    /// @param bytes of data per event
    HttpPress(URI service, int batch, int bytes) {
        this.service = service;
        this.batch = batch;
        this.blank = EventData.blank(bytes);
    }

    @Override
    public void publish(int endpoint, long due, long sequence) {
        var pending = batches.computeIfAbsent(endpoint, _ -> new Batch());
        pending.json.writeBytes(ascii(pending.events == 0 ? "[" : ","));
        pending.json.writeBytes(ascii("{\"specversion\":\"1.0\",\"id\":\"" + Press.id(sequence)
                + "\",\"source\":\"/bench\",\"type\":\"" + EventData.TYPE + "\",\"data\":"));
        Marker.write(blank, EventData.MARKER_AT, due, sequence);
        pending.json.writeBytes(blank);
        pending.json.write('}');
        pending.events++;
        if (pending.events == batch) {
            send(endpoint);
        }
    }

    @Override
    public void flush() {
        batches.keySet().stream().toList().forEach(this::send);
        room.acquireUninterruptibly(UNDER_WAY);
        room.release(UNDER_WAY);
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a batch was not taken", failed);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private void send(int endpoint) {
        var pending = batches.remove(endpoint);
        if (pending == null) {
            return;
        }
        pending.json.write(']');
        var request = HttpRequest.newBuilder(service.resolve("/v1/channels/" + Press.channel(endpoint) + "/events"))
                .timeout(PATIENCE)
                .header("content-type", "application/cloudevents-batch+json")
                .POST(BodyPublishers.ofByteArray(pending.json.toByteArray()))
                .build();
        room.acquireUninterruptibly();
        var _ = http.sendAsync(request, BodyHandlers.ofString()).whenComplete(this::answered);
    }

    private void answered(@Nullable HttpResponse<String> answer, @Nullable Throwable why) {
        room.release();
        if (why != null) {
            failure.compareAndSet(null, why);
        } else if (answer != null && answer.statusCode() != 202) {
            failure.compareAndSet(null, new IllegalStateException(answer.statusCode() + " " + answer.body()));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
