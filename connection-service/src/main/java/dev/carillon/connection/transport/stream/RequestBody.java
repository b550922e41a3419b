package dev.carillon.connection.transport.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.connection.bound.Bound;
import dev.carillon.connection.bound.Bounds;
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

    /// What an operator allows, and who counts what goes beyond it.
    record Allowed(long size, Duration patience, Bounds counted) {}

    /// Who hears what came of it; at most one of them, once.
    record Outcome(Consumer<ByteString> whole, Consumer<ProblemException> refused) {}

    private static final long TO_NO_AVAIL = 16;

    private final HttpServerRequest request;
    private final Allowed allowed;
    private final Outcome outcome;
    private Buffer body = Buffer.buffer();
    private long seen;

    private RequestBody(HttpServerRequest request, Allowed allowed, Outcome outcome) {
        this.request = request;
        this.allowed = allowed;
        this.outcome = outcome;
    }

    static void read(Vertx vertx, HttpServerRequest request, Allowed allowed, Outcome outcome) {
        var reader = new RequestBody(request, allowed, outcome);
        long timer = vertx.setTimer(allowed.patience().toMillis(), _ -> reader.giveUp(Bound.SLOW_REQUESTS));
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.handler(reader::more);
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            reader.end();
        });
    }

    private void more(Buffer part) {
        seen += part.length();
        if (seen <= allowed.size()) {
            body.appendBuffer(part);
        } else if (seen <= allowed.size() * TO_NO_AVAIL) {
            body = Buffer.buffer();
        } else if (seen - part.length() <= allowed.size() * TO_NO_AVAIL) {
            giveUp(Bound.FRAME);
        }
    }

    private void giveUp(Bound why) {
        allowed.counted().refused(why);
        request.connection().close();
    }

    private void end() {
        if (seen > allowed.size()) {
            allowed.counted().refused(Bound.FRAME);
            outcome.refused()
                    .accept(ProblemException.of(
                            ProblemType.TOO_LARGE, "the body may have " + allowed.size() + " bytes"));
        } else {
            outcome.whole().accept(UnsafeByteOperations.unsafeWrap(body.getBytes()));
        }
    }
}
