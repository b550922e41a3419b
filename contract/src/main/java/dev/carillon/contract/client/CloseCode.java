package dev.carillon.contract.client;

/// Why a connection ends, as its client is told: a WebSocket close code, or a `disconnect` push on the other
/// transports.
///
/// The number decides what the client does next, see [#reconnects(int)]; the reason is for people and logs.
public enum CloseCode {
    /// The node is leaving.
    SHUTDOWN(3001, "shutdown"),
    /// Something broke on our side.
    SERVER_ERROR(3004, "internal server error"),
    /// The connection's token expired and was not refreshed in time.
    CONNECTION_EXPIRED(3005, "connection expired"),
    /// A subscription's token expired and was not refreshed in time.
    SUBSCRIPTION_EXPIRED(3006, "subscription expired"),
    /// The client read too slowly and its outbox is full.
    SLOW(3008, "slow"),
    /// A write to the client failed.
    WRITE_ERROR(3009, "write error"),
    /// The node cannot give a gapless stream any more; the client recovers after reconnecting.
    INSUFFICIENT_STATE(3010, "insufficient state"),
    /// An operator asked the client to reconnect, perhaps to another node.
    FORCE_RECONNECT(3011, "force reconnect"),
    /// The client did not answer a ping in time.
    NO_PONG(3012, "no pong"),
    /// The client exceeded a rate limit.
    TOO_MANY_REQUESTS(3013, "too many requests"),
    /// What the client holds is void; it drops its token and all subscription state.
    STATE_INVALIDATED(3014, "state invalidated"),
    /// The connection token does not verify.
    INVALID_TOKEN(3500, "invalid token"),
    /// A frame that breaks the protocol.
    BAD_REQUEST(3501, "bad request"),
    /// No connect command in time.
    STALE(3502, "stale"),
    /// An operator sent the client away for good.
    FORCE_NO_RECONNECT(3503, "force disconnect"),
    /// Too many connections of this user or on this node.
    CONNECTION_LIMIT(3504, "connection limit"),
    /// Too many channels on this connection.
    CHANNEL_LIMIT(3505, "channel limit"),
    /// Data that is not JSON would have to go to a client that speaks JSON.
    INAPPROPRIATE_PROTOCOL(3506, "inappropriate protocol"),
    /// The client may not do what it tried.
    PERMISSION_DENIED(3507, "permission denied"),
    /// The client used something that this server does not offer.
    NOT_AVAILABLE(3508, "not available"),
    /// The client kept on making errors.
    TOO_MANY_ERRORS(3509, "too many errors");

    private final int code;
    private final String reason;

    CloseCode(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /// The number on the wire.
    public int code() {
        return code;
    }

    /// A few words of ASCII, short enough for a WebSocket close frame (123 bytes).
    public String reason() {
        return reason;
    }

    /// Whether a client comes back after this code.
    public boolean reconnects() {
        return reconnects(code);
    }

    /// The push that stands for this code on transports without close frames.
    public Push toPush() {
        return Push.of(new Push.Disconnect(code, reason, reconnects()));
    }

    /// Our reason for a code; empty for one that is not ours.
    public static String reason(int code) {
        for (var known : values()) {
            if (known.code == code) {
                return known.reason;
            }
        }
        return "";
    }

    /// Whether clients come back after a code, ours or an application's own (4000-4999).
    ///
    /// 3500-3999 and 4500-4999 are final, as is 1009 (message too big): sending it again would not help.
    public static boolean reconnects(int code) {
        return code != 1009 && !(code >= 3500 && code < 4000) && !(code >= 4500 && code < 5000);
    }
}
