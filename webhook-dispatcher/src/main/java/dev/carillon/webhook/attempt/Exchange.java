package dev.carillon.webhook.attempt;

import dev.carillon.webhook.attempt.HttpSender.Reply;
import dev.carillon.webhook.decide.Outcome.Fault;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One request and its answer. Once the status is known, it decides: a body that is too long or too slow is cut
/// off, and the connection with it.
///
/// Called by the connection's event loop and by the thread that waits: one lock around its few fields.
final class Exchange {

    /// Answers that announce others (`100`, `103`) before the one that counts.
    private static final int MAX_INFORMATIONAL = 8;

    private final int bodyKept;
    private final Duration grace;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private int informational;
    private boolean isOver;

    /// @param grace how long others on the same connection may go on when this one is cut off
    Exchange(int bodyKept, Duration grace) {
        this.bodyKept = bodyKept;
        this.grace = grace;
    }

    CompletableFuture<Reply> reply() {
        return reply;
    }

    synchronized void send(HttpClientRequest opened, Buffer content) {
        request = opened;
        if (isOver) {
            opened.reset();
            return;
        }
        opened.continueHandler(_ -> announce());
        opened.earlyHintsHandler(_ -> announce());
        opened.response().onFailure(this::fail).onSuccess(this::receive);
        opened.send(content).onFailure(this::fail);
    }

    synchronized void fail(Throwable why) {
        finish(response == null ? new Reply.None(fault(why), detail(why)) : status());
    }

    /// Ends it, whatever there is of it.
    synchronized Reply giveUp() {
        var end = response == null ? new Reply.None(Fault.TIMEOUT, "no answer before the deadline") : status();
        finish(end);
        reset();
        return reply.getNow(end);
    }

    private synchronized void announce() {
        informational++;
        if (informational > MAX_INFORMATIONAL && !isOver) {
            finish(new Reply.None(Fault.RESPONSE, "the answer never comes to an end of its beginnings"));
            reset();
        }
    }

    private synchronized void receive(HttpClientResponse received) {
        response = received;
        received.exceptionHandler(this::fail);
        received.handler(this::append);
        received.endHandler(_ -> end());
    }

    private synchronized void append(Buffer part) {
        int room = bodyKept - body.length();
        if (part.length() <= room) {
            body.appendBuffer(part);
            return;
        }
        body.appendBuffer(part, 0, room);
        finish(status());
        reset();
    }

    private synchronized void end() {
        finish(status());
    }

    private void finish(Reply end) {
        isOver = true;
        reply.complete(end);
    }

    /// Cuts it off. On HTTP/2 that ends the stream only, and whoever sends without end goes on sending: so the
    /// connection is not used again either, and ends as soon as others on it have come to an end.
    private void reset() {
        if (request == null) {
            return;
        }
        var connection = request.connection();
        boolean isShared = request.version() == HttpVersion.HTTP_2;
        request.reset();
        if (isShared) {
            var _ = connection.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Reply status() {
        if (response == null) {
            return new Reply.None(Fault.INTERNAL, "no status");
        }
        return new Reply.Status(response.statusCode(), response.headers(), BodyText.of(body.getBytes()));
    }

    private static Fault fault(Throwable why) {
        return switch (why) {
            case TimeoutException _, ConnectTimeoutException _ -> Fault.TIMEOUT;
            case SSLException _ -> Fault.TLS;
            case ConnectException _, NoRouteToHostException _ -> Fault.CONNECT;
            case IllegalArgumentException _, DecoderException _, Http2Exception _ -> Fault.RESPONSE;
            case IOException _ -> Fault.RESET;
            default -> Fault.RESET;
        };
    }

    private static String detail(Throwable why) {
        return switch (fault(why)) {
            case TLS -> "the TLS handshake failed";
            case CONNECT -> "the connection was not accepted";
            case RESPONSE -> "the answer is not HTTP";
            case RESET -> "the connection ended before the answer";
            case TIMEOUT -> "no answer before the deadline";
            case FORBIDDEN, DNS, INTERNAL -> "the request failed";
        };
    }
}
