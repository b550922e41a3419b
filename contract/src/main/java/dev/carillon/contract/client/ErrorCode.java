package dev.carillon.contract.client;

/// Why a command was refused; the connection goes on.
///
/// Clients retry what is [#temporary()] and [#TOKEN_EXPIRED] (with a new token); any other error on connect or
/// subscribe is final for them. Applications may use codes of their own from 400 to 1999.
public enum ErrorCode {
    /// Something broke on our side.
    INTERNAL(100, "internal server error", true),
    /// The client did not say who it is.
    UNAUTHORIZED(101, "unauthorized", false),
    /// No namespace has this channel.
    UNKNOWN_CHANNEL(102, "unknown channel", false),
    /// The client may not do this.
    PERMISSION_DENIED(103, "permission denied", false),
    /// No such RPC method.
    METHOD_NOT_FOUND(104, "method not found", false),
    /// The connection is subscribed to this channel already.
    ALREADY_SUBSCRIBED(105, "already subscribed", false),
    /// A limit of the server would be exceeded.
    LIMIT_EXCEEDED(106, "limit exceeded", false),
    /// The command is well formed but makes no sense.
    BAD_REQUEST(107, "bad request", false),
    /// This server, or this channel, does not offer it.
    NOT_AVAILABLE(108, "not available", false),
    /// The token was good once; ask for a new one.
    TOKEN_EXPIRED(109, "token expired", false),
    /// What the command refers to has expired.
    EXPIRED(110, "expired", false),
    /// Too fast; try again later.
    TOO_MANY_REQUESTS(111, "too many requests", true),
    /// The position to continue from is out of reach.
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false),
    /// Two paginations of one thing got into each other's way.
    CONCURRENT_PAGINATION(113, "concurrent pagination", true);

    private final int code;
    private final String message;
    private final boolean temporary;

    ErrorCode(int code, String message, boolean temporary) {
        this.code = code;
        this.message = message;
        this.temporary = temporary;
    }

    /// The number on the wire.
    public int code() {
        return code;
    }

    /// A few words for people.
    public String message() {
        return message;
    }

    /// Whether trying the same again may help.
    public boolean temporary() {
        return temporary;
    }

    /// This code as it stands in a reply.
    public ReplyError toError() {
        return new ReplyError(code, message, temporary);
    }

    /// The reply that refuses command `id` with this code.
    public Reply toReply(long id) {
        return new Reply.Failure(id, toError());
    }
}
