package dev.carillon.webhook.attempt;

import com.google.protobuf.ByteString;
import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.target.TargetGuard.Vetted;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Sends one request to the address that was vetted, whatever its name says by then, and waits for the answer
/// no longer than told. Connections are kept and used again; redirects are not followed, bodies not
/// decompressed, the environment's proxies not asked.
///
/// Safe for use by many virtual threads; never called on an event loop, because it waits.
public final class HttpSender implements AutoCloseable {

    private static final int HEADERS_READ = 16 * 1024;
    private static final int POOL = 64;

    private final HttpClient client;
    private final int bodyKept;

    /// @param bodyKept how many bytes of an answer's body are read
    public HttpSender(Vertx vertx, int bodyKept) {
        this.bodyKept = bodyKept;
        var options = new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(15)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(HEADERS_READ)
                .setMaxInitialLineLength(HEADERS_READ)
                .setDecompressionSupported(false)
                .setVerifyHost(true);
        this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(POOL));
    }

    /// What came back.
    sealed interface Reply {
        record Status(int status, @Nullable String retryAfter, String body) implements Reply {}

        record None(Fault fault, String detail) implements Reply {}
    }

    Reply post(Vetted.Allowed target, Map<String, String> headers, ByteString body, Duration deadline) {
        var exchange = new Exchange(bodyKept);
        client.request(options(target, headers, deadline))
                .onFailure(exchange::fail)
                .onSuccess(request -> exchange.send(request, Buffer.buffer(body.toByteArray())));
        try {
            return exchange.reply().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return exchange.giveUp();
        } catch (ExecutionException e) {
            return new Reply.None(Fault.INTERNAL, "the request failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return exchange.giveUp();
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static RequestOptions options(Vetted.Allowed target, Map<String, String> headers, Duration deadline) {
        var url = target.url();
        var all = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        boolean isDefaultPort = url.port() == (url.isTls() ? 443 : 80);
        var host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
        all.set("host", isDefaultPort ? host : host + ":" + url.port());
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(
                        url.port(), target.address().getHostAddress()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isTls())
                .setURI(url.path())
                .setFollowRedirects(false)
                .setConnectTimeout(deadline.toMillis())
                .setHeaders(all);
    }
}
