package dev.carillon.system.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads server-sent events, for a thread that blocks: this old client of the JDK is the one that gives up on a
/// stream that falls silent. Confined to that thread.
final class EventReader implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;

    private final HttpURLConnection connection;
    private final BufferedReader lines;

    /// What stood between two blank lines; empty where there was nothing, so also for comments.
    record Message(String id, String event, String data) {}

    private EventReader(HttpURLConnection connection, BufferedReader lines) {
        this.connection = connection;
        this.lines = lines;
    }

    static EventReader open(URI url, Map<String, String> headers) throws IOException {
        var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(Line.SILENCE_MILLIS);
        connection.setRequestProperty("Accept", "text/event-stream");
        headers.forEach(connection::setRequestProperty);
        int status = connection.getResponseCode();
        if (status != 200) {
            connection.disconnect();
            throw new IOException("status " + status);
        }
        var reader = new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8);
        return new EventReader(connection, new BufferedReader(reader));
    }

    /// @throws IOException when the stream ends, breaks, or is silent for too long
    Message next() throws IOException {
        var id = "";
        var event = "";
        var data = "";
        while (true) {
            var line = lines.readLine();
            if (line == null) {
                // What has no blank line after it is no message.
                throw new IOException("end of stream");
            }
            if (line.isEmpty()) {
                return new Message(id, event, data);
            }
            int colon = line.indexOf(": ");
            var value = colon < 0 ? "" : line.substring(colon + 2);
            switch (colon < 0 ? line : line.substring(0, colon)) {
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" -> data = value;
                default -> {
                    // A comment, or what we have no use for.
                }
            }
        }
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
