package dev.carillon.contract.client;

import java.io.Serial;

/// Data that is not JSON cannot go to a client that speaks JSON; that client is cut off with [#closeCode()].
///
/// Clients that speak Protobuf are not concerned: the same reply goes through their codec.
public final class InappropriateDataException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    InappropriateDataException() {
        super("data is not one JSON value in UTF-8");
    }

    /// What to close the connection with.
    public CloseCode closeCode() {
        return CloseCode.INAPPROPRIATE_PROTOCOL;
    }
}
