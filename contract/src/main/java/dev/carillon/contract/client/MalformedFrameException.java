package dev.carillon.contract.client;

import java.io.Serial;

/// A frame that breaks the protocol; nothing of it was acted on. Whoever sent it is cut off with
/// [#closeCode()].
public final class MalformedFrameException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// `what` is wrong; never what the frame said.
    MalformedFrameException(String what) {
        super(what);
    }

    MalformedFrameException(String what, Throwable cause) {
        super(what, cause);
    }

    /// What to close the connection with.
    public CloseCode closeCode() {
        return CloseCode.BAD_REQUEST;
    }
}
