package dev.carillon.webhook.cursor;

import dev.carillon.webhook.delivery.Delivery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a delivery is that is not decided.
///
/// @param attempt the number of the attempt to make; the first is 1
/// @param due not to be made before
/// @param firstAt when the first attempt was made, or null before
public record Try(int attempt, Instant due, @Nullable Instant firstAt) {

    /// Nothing was tried yet.
    public static final Try FIRST = new Try(1, Instant.EPOCH, null);

    public static Try of(Delivery delivery) {
        return delivery.attempt() == 1 && delivery.firstAt() == null
                ? FIRST
                : new Try(delivery.attempt(), delivery.due(), delivery.firstAt());
    }

    /// The delivery, as far as this.
    public Delivery on(Delivery delivery) {
        return equals(FIRST) ? delivery : delivery.again(attempt, due, firstAt);
    }
}
