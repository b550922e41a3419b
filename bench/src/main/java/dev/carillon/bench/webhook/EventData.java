package dev.carillon.bench.webhook;

import dev.carillon.bench.load.Marker;
import java.nio.charset.StandardCharsets;

/// The data of the benchmark's events: a JSON object with a [Marker] in it, filled up to a size.
final class EventData {

    static final String TYPE = "bench.event";

    private static final String BEGIN = "{\"marker\":\"";
    private static final String MIDDLE = "\",\"text\":\"";
    private static final String END = "\"}";

    private EventData() {}

    /// Data without a marker as yet; that goes to [#MARKER_AT].
    static byte[] blank(int size) {
        int text = size - BEGIN.length() - Marker.WIDTH - MIDDLE.length() - END.length();
        if (text < 0) {
            throw new IllegalArgumentException("size is less than what a marker needs");
        }
        var data = (BEGIN + " ".repeat(Marker.WIDTH) + MIDDLE + "x".repeat(text) + END)
                .getBytes(StandardCharsets.US_ASCII);
        Marker.write(data, MARKER_AT, 0, 0);
        return data;
    }

    static final int MARKER_AT = BEGIN.length();

    /// The body of a delivery in the standard format, as the dispatcher makes it.
    static byte[] standard(byte[] data) {
        return ("{\"type\":\"" + TYPE + "\",\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"data\":"
                        + new String(data, StandardCharsets.US_ASCII) + "}")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
