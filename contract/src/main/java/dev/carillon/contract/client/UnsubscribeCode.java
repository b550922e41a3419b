package dev.carillon.contract.client;

/// Why the server ended a subscription while its connection goes on.
public enum UnsubscribeCode {
    /// Somebody with the right to do so unsubscribed the client; final.
    SERVER(2000, "server unsubscribe"),
    /// The node cannot give a gapless stream any more.
    INSUFFICIENT_STATE(2500, "insufficient state"),
    /// The subscription expired.
    EXPIRED(2501, "subscription expired"),
    /// What the client holds of this channel is void.
    STATE_INVALIDATED(2502, "state invalidated");

    private final int code;
    private final String reason;

    UnsubscribeCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /// The number on the wire.
    public int code() {
        return code;
    }

    /// A few words for people.
    public String reason() {
        return reason;
    }

    /// Whether the client subscribes again by itself, recovering from its position.
    public boolean resubscribes() {
        return code >= 2500;
    }

    /// The push that tells a client about the end of its subscription to `channel`.
    public Push toPush(String channel) {
        return Push.to(channel, new Push.Unsubscribe(code, reason));
    }
}
