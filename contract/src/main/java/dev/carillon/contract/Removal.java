package dev.carillon.contract;

import java.nio.charset.StandardCharsets;

/// That the past of a channel was removed: a row of [Topics#REMOVAL_STATE], all of which is in its key. A
/// tombstone says that it no longer matters.
///
/// @param upTo the place of the record in the log that ordered it: what the channel has up to there is gone
public record Removal(Channel channel, Position upTo) {

    private static final byte[] VALUE = "removed".getBytes(StandardCharsets.US_ASCII);

    /// The row's key: channel, line feed, position. With the position in it, an owner that is late overwrites
    /// nothing newer.
    public byte[] key() {
        return (channel.name() + '\n' + upTo).getBytes(StandardCharsets.US_ASCII);
    }

    /// The row's value, which says nothing that the key does not say.
    public static byte[] value() {
        return VALUE.clone();
    }

    /// @throws IllegalArgumentException when `key` is no key
    public static Removal fromKey(byte[] key) {
        var text = new String(key, StandardCharsets.US_ASCII);
        int feed = text.indexOf('\n');
        if (feed < 0) {
            throw new IllegalArgumentException("removal key has no line feed");
        }
        return new Removal(new Channel(text.substring(0, feed)), Position.parse(text.substring(feed + 1)));
    }
}
