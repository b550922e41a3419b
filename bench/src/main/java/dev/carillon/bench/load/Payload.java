package dev.carillon.bench.load;

import java.util.stream.IntStream;

/// Bytes to be sent, over and over, with places where markers go. Confined to its loop.
final class Payload {

    /// So that there is room for a marker and what holds it.
    static final int SMALLEST = 64;

    private static final String HOLE = "?".repeat(Marker.WIDTH);

    private final byte[] bytes;
    private final int[] markers;

    private Payload(byte[] bytes, int[] markers) {
        this.bytes = bytes;
        this.markers = markers;
    }

    /// A JSON object of that many bytes.
    static String json(int size) {
        var empty = "{\"m\":\"" + HOLE + "\",\"pad\":\"\"}";
        return empty.substring(0, empty.length() - 2) + "x".repeat(Math.max(0, size - empty.length())) + "\"}";
    }

    /// Finds where the markers go.
    static Payload of(String text) {
        var bytes = Ascii.bytes(text);
        var hole = Ascii.bytes(HOLE);
        var holes = IntStream.iterate(
                Ascii.find(bytes, 0, bytes.length, hole),
                at -> at >= 0,
                at -> Ascii.find(bytes, at + hole.length, bytes.length, hole));
        return new Payload(bytes, holes.toArray());
    }

    byte[] bytes() {
        return bytes;
    }

    /// Where they begin, in order.
    int[] markers() {
        return markers;
    }
}
