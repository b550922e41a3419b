package dev.carillon.contract.client;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An event as sockets see it.
///
/// @param data what was published; JSON for clients that speak JSON, any bytes for the others
/// @param info the client that published it, when a client did
/// @param offset its place in the channel; 0 in channels without positions
/// @param tags what clients may filter by
/// @param delta whether `data` is a patch against the publication before
/// @param time when it was published, milliseconds since 1970; 0 when not told
/// @param channel the channel, where the push does not name it
public record Publication(
        ByteString data,
        @Nullable ClientInfo info,
        long offset,
        Map<String, String> tags,
        boolean delta,
        long time,
        String channel) {
    public Publication {
        Limits.requireNatural(offset, "offset");
        tags = OrderedMap.copyOf(tags);
    }

    /// A publication with nothing but data and a place.
    public static Publication of(ByteString data, long offset) {
        return new Publication(data, null, offset, Map.of(), false, 0, "");
    }

    /// The same, published by this client.
    public Publication withInfo(@Nullable ClientInfo by) {
        return new Publication(data, by, offset, tags, delta, time, channel);
    }

    /// The same with these tags.
    public Publication withTags(Map<String, String> changed) {
        return new Publication(data, info, offset, changed, delta, time, channel);
    }

    /// The same, published at this time (milliseconds since 1970).
    public Publication withTime(long millis) {
        return new Publication(data, info, offset, tags, delta, millis, channel);
    }

    /// Says how much, never what.
    @Override
    public String toString() {
        return "Publication[offset=%d, %d bytes]".formatted(offset, data.size());
    }
}
