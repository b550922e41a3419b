package dev.carillon.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A place in a channel that outlives every process: whoever holds it has seen all of the channel up to here.
///
/// Offsets of one channel strictly increase and have holes, because channels share a partition of the log.
/// Clients store and return positions; they never compute with them. Text form: `epoch:offset`.
///
/// @param epoch which log the offset belongs to; see [#epoch(String, String, int)]
/// @param offset the Kafka offset of the last seen event plus one; 0 is before everything
public record Position(String epoch, long offset) {

    private static final int EPOCH_LENGTH = 8;

    /// @throws IllegalArgumentException when a component is out of range
    public Position {
        if (epoch.length() > 64 || !epoch.chars().allMatch(c -> c > ' ' && c < 127 && c != ':')) {
            throw new IllegalArgumentException("epoch is not a short ASCII word");
        }
        if (offset < 0) {
            throw new IllegalArgumentException("offset is negative");
        }
    }

    /// The epoch of a log: changes when the topic is made anew or its number of partitions changes, and at no
    /// other time.
    public static String epoch(String clusterId, String topicId, int partitions) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((clusterId + '/' + topicId + '/' + partitions).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, EPOCH_LENGTH / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException when `text` is not of the form `epoch:offset`
    public static Position parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("position is not of the form epoch:offset");
        }
        try {
            return new Position(text.substring(0, colon), Long.parseLong(text, colon + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("position has no offset after its colon", e);
        }
    }

    @Override
    public String toString() {
        return epoch + ':' + offset;
    }
}
