package dev.carillon.webhook.cursor;

import java.util.List;

/// What a reader is to bring for one endpoint, in the order of the topic.
///
/// @param points single deliveries, by offset, in order
/// @param from and everything at or after this offset, unless it is [Cursor#NONE]
/// @param room how many at most
/// @param bytes how much of them at most, but one in any case
public record Wanted(String endpoint, List<Long> points, long from, int room, long bytes) {

    public Wanted {
        points = List.copyOf(points);
    }

    /// Whether one more may be brought.
    ///
    /// @param count how many there are
    /// @param size how much they are, with that one
    boolean fits(int count, long size) {
        return count == 0 || (count < room && size <= bytes);
    }

    /// The first offset to look at.
    public long start() {
        return points.isEmpty() ? from : points.getFirst();
    }
}
