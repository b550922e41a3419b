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
        CLIENT_JSON(0),
        /// A push of the client protocol in Protobuf.
        CLIENT_PROTOBUF(1),
        /// The event as JSON, as the HTTP API shows it.
        EVENT_JSON(2),
        /// A push of the client protocol in JSON with the whole data as a string, for subscriptions with
        /// patches.
        CLIENT_JSON_WHOLE(3),
        /// A push of the client protocol in JSON with a patch.
        CLIENT_JSON_PATCH(4),
        /// A push of the client protocol in Protobuf with a patch.
        CLIENT_PROTOBUF_PATCH(5),
        /// A bare push, for clients that only listen.
        CLIENT_PUSH_JSON(6);

        /// How many there are.
        static final int COUNT = values().length;

        private final int index;

        Slot(int index) {
            this.index = index;
        }

        int index() {
            return index;
        }
    }
}
