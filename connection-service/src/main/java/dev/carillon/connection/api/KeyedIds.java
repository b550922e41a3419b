package dev.carillon.connection.api;

import dev.carillon.contract.Channel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// Ids of events that came with an idempotency key and without an id: the same on every node, so that repeats
/// that race through several nodes are told the id of the one event that is delivered.
final class KeyedIds {

    private static final int BYTES = 16;

    private KeyedIds() {}

    /// Tells nothing about the key to who does not know it.
    static String of(Channel channel, String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((channel.name() + '\n' + key).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
