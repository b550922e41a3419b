package dev.carillon.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls other people's HTTP servers, those that configuration names: no redirects, one time limit for all of a
/// call, answers of a bounded size.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class Outbound {

    private static final int MAX_ANSWER = 1 << 20;
    private static final int POOL = 512;

    private final HttpClient client;

    Outbound(Vertx vertx) {
        var options = new HttpClientOptions().setKeepAliveTimeout(15).setTcpNoDelay(true);
        this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(POOL));
    }

    /// What came back.
    public record Answer(int status, ByteString body) {}

    void stop(@Observes ShutdownEvent event) {
        client.close();
    }

    /// @return completes on any thread; fails when there is no answer in time
    public CompletionStage<Answer> get(String url, Duration timeout) {
        return send(HttpMethod.GET, url, Map.of("accept", "application/json"), null, timeout);
    }

    /// @return completes on any thread; fails when there is no answer in time
    public CompletionStage<Answer> post(String url, Map<String, String> headers, byte[] body, Duration timeout) {
        return send(HttpMethod.POST, url, headers, body, timeout);
    }

    private CompletionStage<Answer> send(
            HttpMethod method, String url, Map<String, String> headers, byte @Nullable [] body, Duration timeout) {
        var answer = new CompletableFuture<Answer>();
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url)
                .setFollowRedirects(false)
                .setConnectTimeout(timeout.toMillis())
                .setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(headers));
        client.request(options)
                .onFailure(answer::completeExceptionally)
                .onSuccess(request -> exchange(request, body, answer));
        return answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void exchange(HttpClientRequest request, byte @Nullable [] body, CompletableFuture<Answer> answer) {
        var _ = answer.whenComplete((_, failure) -> {
            if (failure != null) {
                request.reset();
            }
        });
        request.response().onFailure(answer::completeExceptionally).onSuccess(response -> read(response, answer));
        var _ = body == null ? request.end() : request.end(Buffer.buffer(body));
    }

    private static void read(HttpClientResponse response, CompletableFuture<Answer> answer) {
        var body = Buffer.buffer();
        response.exceptionHandler(answer::completeExceptionally);
        response.endHandler(_ ->
                answer.complete(new Answer(response.statusCode(), UnsafeByteOperations.unsafeWrap(body.getBytes()))));
        response.handler(piece -> {
            if (body.length() + piece.length() > MAX_ANSWER) {
                answer.completeExceptionally(new IOException("the answer is too large"));
            } else {
                body.appendBuffer(piece);
            }
        });
    }
}
