package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.contract.ProblemType;
import dev.carillon.kit.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.function.Consumer;

/// Reads the body of one request, up to a size and within a time.
///
/// A body that is larger is read to its end all the same, so that its sender gets to see the answer; one that
/// is much larger, or too slow, costs the sender its connection. Confined to the connection's event loop.
final class RequestBody {

    /// What an operator allows.
    record Bounds(long size, Duration patience) {}

    /// Who hears what came of it; at most one of them, once.
    record Outcome(Consumer<ByteString> whole, Consumer<ProblemException> refused) {}

    private static final long TO_NO_AVAIL = 16;

    private final HttpServerRequest request;
    private final Bounds bounds;
    private final Outcome outcome;
    private Buffer body = Buffer.buffer();
    private long seen;

    private RequestBody(HttpServerRequest request, Bounds bounds, Outcome outcome) {
        this.request = request;
        this.bounds = bounds;
        this.outcome = outcome;
    }

    static void read(Vertx vertx, HttpServerRequest request, Bounds bounds, Outcome outcome) {
        var reader = new RequestBody(request, bounds, outcome);
        long timer = vertx.setTimer(
                bounds.patience().toMillis(), _ -> request.connection().close());
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.handler(reader::more);
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            reader.end();
        });
    }

    private void more(Buffer part) {
        seen += part.length();
        if (seen <= bounds.size()) {
            body.appendBuffer(part);
        } else if (seen <= bounds.size() * TO_NO_AVAIL) {
            body = Buffer.buffer();
        } else {
            request.connection().close();
        }
    }

    private void end() {
        if (seen > bounds.size()) {
            outcome.refused()
                    .accept(ProblemException.of(
                            ProblemType.TOO_LARGE, "the body may have " + bounds.size() + " bytes"));
        } else {
            outcome.whole().accept(UnsafeByteOperations.unsafeWrap(body.getBytes()));
        }
    }
}
