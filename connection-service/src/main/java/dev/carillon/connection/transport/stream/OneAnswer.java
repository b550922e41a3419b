package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.JsonCodec;
import dev.carillon.contract.client.Push;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/// Answers one request with the first word of a session: that its client is connected, or why not.
///
/// Confined to the connection's event loop.
final class OneAnswer implements Wire {

    private static final String SOON = "1";

    private final HttpServerResponse response;
    private final Runnable answered;
    private boolean ended;

    /// @param answered called when the client is told that it is connected
    OneAnswer(HttpServerResponse response, Runnable answered) {
        this.response = response;
        this.answered = answered;
    }

    @Override
    public void write(List<Frame> frames, Done done) {
        // What comes after the first is after the positions in it.
        end(200, frames.getFirst().bytes());
        done.written(true);
        answered.run();
    }

    @Override
    public void ping() {}

    @Override
    public void close(CloseCode code) {
        close(code.code(), code.reason());
    }

    @Override
    public void close(int code, String reason) {
        int status = status(code);
        if (status == 429 || status == 503) {
            response.putHeader("Retry-After", SOON);
        }
        var why = Push.of(new Push.Disconnect(code, reason, CloseCode.reconnects(code)));
        end(status, JsonCodec.UNIDIRECTIONAL.encode(why).bytes());
    }

    private static int status(int code) {
        for (var known : CloseCode.values()) {
            if (known.code() == code) {
                return status(known);
            }
        }
        return CloseCode.reconnects(code) ? 503 : 403;
    }

    private static int status(CloseCode code) {
        return switch (code) {
            case INVALID_TOKEN, CONNECTION_EXPIRED -> 401;
            case PERMISSION_DENIED, FORCE_NO_RECONNECT -> 403;
            case TOO_MANY_REQUESTS, CONNECTION_LIMIT -> 429;
            case BAD_REQUEST, CHANNEL_LIMIT, INAPPROPRIATE_PROTOCOL, TOO_MANY_ERRORS, NOT_AVAILABLE -> 400;
            case SHUTDOWN,
                    SERVER_ERROR,
                    SUBSCRIPTION_EXPIRED,
                    SLOW,
                    WRITE_ERROR,
                    INSUFFICIENT_STATE,
                    FORCE_RECONNECT,
                    NO_PONG,
                    STATE_INVALIDATED,
                    STALE -> 503;
        };
    }

    private void end(int status, ByteString body) {
        if (ended || response.closed()) {
            return;
        }
        ended = true;
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(Buffer.buffer(body.toByteArray()));
    }
}
