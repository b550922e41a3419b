package dev.carillon.connection.auth;

/// A token that does not count. The message says why, for logs; it names nothing of the token's content.
public final class TokenException extends Exception {

    private static final long serialVersionUID = 1L;

    /// What to tell the client.
    public enum Kind {
        /// It was good once: the client may bring a fresh one (error 109).
        EXPIRED,
        /// It never was good here (connection: close 3500; subscription: error 103).
        INVALID,
        /// A good token of somebody or something else: another user, client or channel (close 3500).
        MISMATCH,
        /// Nobody can tell now: the keys of whoever issued it could not be looked up yet (error 100).
        UNKNOWN_KEYS
    }

    private final Kind kind;

    TokenException(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
