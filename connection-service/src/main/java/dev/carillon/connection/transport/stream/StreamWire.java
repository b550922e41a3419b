package dev.carillon.connection.transport.stream;

import dev.carillon.connection.session.Wire;
import dev.carillon.contract.client.CloseCode;
import dev.carillon.contract.client.Frame;
import dev.carillon.contract.client.Push;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;

/// Writes to one response that does not end before the session does.
///
/// There are no close frames here: the last message is a push that says why, and then the response ends.
/// Confined to the connection's event loop.
final class StreamWire implements Wire {

    /// How long a client may take for the last message; then it is cut off.
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final StreamForm form;
    private boolean ended;

    StreamWire(Vertx vertx, HttpServerResponse response, StreamForm form) {
        this.vertx = vertx;
        this.response = response;
        this.form = form;
    }

    /// Sends the head, so that the client knows at once that it got through.
    void begin() {
        response.setChunked(true)
                .putHeader("Content-Type", form.contentType())
                .putHeader("Cache-Control", "private, no-cache, no-store, must-revalidate, max-age=0")
                .putHeader("X-Accel-Buffering", "no");
        if (form.hello().isEmpty()) {
            response.writeHead();
        } else {
            response.write(form.hello());
        }
    }

    @Override
    public void write(List<Frame> frames, Done done) {
        if (ended || response.closed()) {
            done.written(false);
            return;
        }
        response.write(form.body(frames)).onComplete(written -> done.written(written.succeeded()));
    }

    @Override
    public void ping() {
        throw new IllegalStateException("a response has no pings of its own");
    }

    @Override
    public void close(CloseCode code) {
        end(code.toPush());
    }

    @Override
    public void close(int code, String reason) {
        end(Push.of(new Push.Disconnect(code, reason, CloseCode.reconnects(code))));
    }

    private void end(Push why) {
        if (ended || response.closed()) {
            return;
        }
        ended = true;
        var goodbye = form.body(List.of(form.codec().encode(why)));
        // What waits in the socket would otherwise stay as long as the client likes.
        long cut = vertx.setTimer(LAST_WORDS.toMillis(), _ -> response.reset());
        response.end(goodbye).onComplete(_ -> vertx.cancelTimer(cut));
    }
}
