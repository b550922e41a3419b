package dev.carillon.contract;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What was published: a CloudEvent (CloudEvents 1.0) on a channel.
///
/// @param id names the event everywhere: sockets, webhooks, logs
/// @param type what happened, such as `order.created`
/// @param source who says so: a URI reference
/// @param time when it happened, or was published
/// @param channel where it was published
/// @param contentType the media type of `data`; empty when unknown
/// @param data the payload, never interpreted on its way
/// @param tags labels for filters, sent to subscribers along with the data
/// @param publisher the client that published it, or null
public record Event(
        Id id,
        String type,
        String source,
        Instant time,
        Channel channel,
        String contentType,
        ByteString data,
        Map<String, String> tags,
        @Nullable Publisher publisher) {

    /// The type of an event whose publisher named none.
    public static final String DEFAULT_TYPE = "message";

    /// The source of an event whose publisher named none.
    public static final String DEFAULT_SOURCE = "/carillon";

    /// The longest type, in characters.
    public static final int MAX_TYPE_LENGTH = 255;

    /// @throws IllegalArgumentException when `type` or `source` is empty or too long
    public Event {
        if (type.isEmpty() || type.length() > MAX_TYPE_LENGTH) {
            throw new IllegalArgumentException("type must have 1 to " + MAX_TYPE_LENGTH + " characters");
        }
        if (source.isEmpty() || source.length() > 2048) {
            throw new IllegalArgumentException("source must have 1 to 2048 characters");
        }
        tags = Map.copyOf(tags);
    }

    /// The same, published by that client.
    public Event from(Publisher client) {
        return new Event(id, type, source, time, channel, contentType, data, tags, client);
    }

    /// Names an event.
    ///
    /// @param value 1 to 255 printable ASCII characters
    public record Id(String value) {

        /// The longest id, in characters.
        public static final int MAX_LENGTH = 255;

        /// @throws IllegalArgumentException when `value` is no id
        public Id {
            if (value.isEmpty() || value.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("event id must have 1 to " + MAX_LENGTH + " characters");
            }
            if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw new IllegalArgumentException("event id has a character outside printable ASCII");
            }
        }

        /// A new id, different from all others.
        public static Id random() {
            return new Id(UUID.randomUUID().toString());
        }

        @Override
        public String toString() {
            return value;
        }
    }
}
