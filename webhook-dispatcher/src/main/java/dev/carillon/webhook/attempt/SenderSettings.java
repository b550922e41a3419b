package dev.carillon.webhook.attempt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a sender needs to know.
///
/// @param bodyKept how many bytes of an answer's body are read
/// @param deadline the longest that any request may take
/// @param proxy the one way out, or null
/// @param trusted a file of certificates (PEM) that are trusted instead of the system's, or null
public record SenderSettings(
        int bodyKept,
        Duration deadline,
        @Nullable Proxy proxy,
        @Nullable String trusted) {

    /// No proxy, and the certificates that the system trusts.
    public static SenderSettings of(int bodyKept, Duration deadline) {
        return new SenderSettings(bodyKept, deadline, null, null);
    }
}
