package dev.carillon.webhook.cursor;

import java.util.List;

/// What a reader is to bring for one endpoint, in the order of the topic.
///
/// @param points single deliveries, by offset, in order
/// @param from and everything at or after this offset, unless it is [Cursor#NONE]
/// @param room how many at most
public record Wanted(String endpoint, List<Long> points, long from, int room) {

    public Wanted {
        points = List.copyOf(points);
    }

    /// The first offset to look at.
    public long start() {
        return points.isEmpty() ? from : points.getFirst();
    }
}
