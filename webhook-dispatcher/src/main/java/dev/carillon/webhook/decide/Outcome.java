package dev.carillon.webhook.decide;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What one attempt came to.
public sealed interface Outcome {

    /// The endpoint has it.
    record Accepted(int status) implements Outcome {}

    /// The endpoint answered, but not with 2xx.
    ///
    /// @param retryAfter how long it asked to be left alone, or null
    record Refused(int status, @Nullable Duration retryAfter) implements Outcome {}

    /// There was no answer.
    ///
    /// @param detail for people, without addresses of ours
    record Unreachable(Fault fault, String detail) implements Outcome {}

    /// There is no such endpoint any more.
    record Deleted() implements Outcome {}

    /// An operator cancelled the delivery.
    record Withdrawn() implements Outcome {}

    /// The endpoint wants nothing at the moment.
    record Disabled() implements Outcome {}

    /// The endpoint's URL has never shown that it wants deliveries.
    record Unverified() implements Outcome {}

    /// Why there was no answer.
    enum Fault {
        /// The URL or one of its addresses is not to be dialled.
        FORBIDDEN,
        /// Its name has no address.
        DNS,
        CONNECT,
        TLS,
        /// The deadline passed.
        TIMEOUT,
        /// The connection ended before the answer.
        RESET,
        /// What came was no HTTP answer.
        RESPONSE,
        /// It went wrong on this side.
        INTERNAL;

        /// As in JSON and meters.
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
