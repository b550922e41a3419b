package dev.carillon.bench.load;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;

/// Publishes by `POST`, one request at a time on a connection that is kept.
///
/// @param path with `{channel}` where the channel goes
/// @param headers besides those of every request
/// @param batches whether several publications travel as a batch of CloudEvents; else there is only one in a request
public record HttpPublish(String path, Map<String, String> headers, boolean batches) implements PublishDialect {

    public HttpPublish {
        headers = Map.copyOf(headers);
    }

    /// Carillon's.
    ///
    /// @param key the API key, empty against a service that asks for none
    public static HttpPublish carillon(String key) {
        return new HttpPublish(
                "/v1/channels/{channel}/events", key.isEmpty() ? Map.of() : Map.of("X-API-Key", key), true);
    }

    public static HttpPublish to(String path) {
        return new HttpPublish(path, Map.of(), false);
    }

    @Override
    public Payload request(String channel, String host, int size, int batch) {
        if (batch > 1 && !batches) {
            throw new IllegalArgumentException("this server takes one publication at a time");
        }
        var content = batch == 1 ? Payload.json(size) : batch(size, batch);
        var head = new StringBuilder("POST ")
                .append(path.replace("{channel}", URLEncoder.encode(channel, StandardCharsets.UTF_8)))
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nContent-Type: ")
                .append(batch == 1 ? "application/json" : "application/cloudevents-batch+json")
                .append("\r\nContent-Length: ")
                .append(content.length());
        headers.forEach(
                (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
        return Payload.of(head + "\r\n\r\n" + content);
    }

    @Override
    public Reader reader(Ear ear) {
        return new Responses(ear);
    }

    private static String batch(int size, int count) {
        var event = "{\"specversion\":\"1.0\",\"type\":\"message\",\"source\":\"/bench\",\"data\":" + Payload.json(size)
                + "}";
        return "[" + String.join(",", Collections.nCopies(count, event)) + "]";
    }

    private static final class Responses implements Reader, HttpReader.Sink {
        private final Ear ear;
        private final HttpReader reader = new HttpReader(this);
        private int status;

        Responses(Ear ear) {
            this.ear = ear;
        }

        @Override
        public void connected(Out out) {
            reader.reset();
        }

        @Override
        public int take(byte[] in, int from, int to, Out out) {
            return reader.take(in, from, to);
        }

        @Override
        public void head(int given, byte[] in, int from, int to) {
            status = given;
        }

        @Override
        public void body(byte[] in, int from, int to) {
            // What it says is in the status.
        }

        @Override
        public void end() {
            ear.answered(status);
        }
    }
}
