package dev.carillon.connection.feed;

import dev.carillon.contract.LogEntry;
import java.util.function.Function;

/// A form that publications take on the wire. Each publication is put into it once, however many receive it.
///
/// @param slot which form it is; there is one framing per slot
/// @param framer makes the form; a pure function
/// @param <T> the form, immutable
public record Framing<T>(Slot slot, Function<LogEntry, T> framer) {

    /// The forms that there are.
    public enum Slot {
        /// A push of the client protocol in JSON.
        CLIENT_JSON,
        /// A push of the client protocol in Protobuf.
        CLIENT_PROTOBUF,
        /// The event as JSON, as the HTTP API shows it.
        EVENT_JSON
    }
}
