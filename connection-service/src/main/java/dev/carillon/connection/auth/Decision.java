package dev.carillon.connection.auth;

import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.ReplyError;

/// What becomes of something that a client wants.
///
/// @param <T> what is known when it may
public sealed interface Decision<T> {

    record Granted<T>(T value) implements Decision<T> {}

    /// It may not; the connection goes on.
    record Refused<T>(ReplyError why) implements Decision<T> {}

    /// It may not, and the connection ends.
    record Closed<T>(int code, String reason) implements Decision<T> {}

    static <T> Decision<T> refused(ErrorCode why) {
        return new Refused<>(why.toError());
    }

    static <T> Decision<T> closed(CloseCode why) {
        return new Closed<>(why.code(), why.reason());
    }
}
