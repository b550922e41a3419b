package dev.carillon.webhook.attempt;

import dev.carillon.webhook.decide.Outcome.Fault;
import dev.carillon.webhook.target.TargetGuard.Vetted;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sends one request to the address that was vetted, whatever its name says by then, and waits for the answer
/// no longer than told. Connections are kept and used again; redirects are not followed, bodies not
/// decompressed, the environment's proxies not asked.
///
/// Safe for use by many virtual threads; never called on an event loop, because it waits.
public final class HttpSender implements AutoCloseable {

    private static final Duration RENEWAL = Duration.ofMinutes(5);

    private final Clients clients;
    private final List<? extends Context> loops;
    private final @Nullable Proxy proxy;
    private final Duration deadline;
    private final int bodyKept;

    public HttpSender(Vertx vertx, SenderSettings settings) {
        this(vertx, settings, RENEWAL);
    }

    /// @param renewal how old a pool of connections becomes
    HttpSender(Vertx vertx, SenderSettings settings, Duration renewal) {
        this.clients = new Clients(vertx, settings, renewal);
        var internal = (VertxInternal) vertx;
        this.loops = Stream.generate(internal::createEventLoopContext)
                .limit(Runtime.getRuntime().availableProcessors())
                .toList();
        this.proxy = settings.proxy();
        this.deadline = settings.deadline();
        this.bodyKept = settings.bodyKept();
    }

    /// What came back.
    sealed interface Reply {
        /// @param headers of the answer; none of it is trusted
        record Status(int status, MultiMap headers, String body) implements Reply {}

        record None(Fault fault, String detail) implements Reply {}
    }

    /// How many bytes of an answer's body are kept.
    int bodyKept() {
        return bodyKept;
    }

    /// @param identity what to show of ourselves, or null
    /// @param kept how many bytes of the answer's body to read
    Reply send(Vetted.Allowed target, Call call, @Nullable Identity identity, Duration left, int kept) {
        if (proxy != null && !proxy.carries(target.url().isTls())) {
            return new Reply.None(Fault.FORBIDDEN, "the URL must begin with https://, because a proxy is in the way");
        }
        var exchange = new Exchange(kept, deadline);
        try (var lease = clients.lease(target.url().isTls(), identity)) {
            var options = options(target, call, left);
            var body = Buffer.buffer(call.body().toByteArray());
            loop(target).runOnContext(_ -> send(lease.client(), options, body, exchange));
            return await(exchange, left);
        }
    }

    private static void send(HttpClient client, RequestOptions options, Buffer body, Exchange exchange) {
        try {
            client.request(options).onFailure(exchange::fail).onSuccess(request -> exchange.send(request, body));
        } catch (RuntimeException e) {
            // Given up, and the pool was closed meanwhile.
            exchange.fail(e);
        }
    }

    /// The event loop of a server: who asks for a connection on the loop that has it is not sent from one to
    /// another.
    private Context loop(Vetted.Allowed target) {
        int place = target.address().hashCode() * 31 + target.url().port();
        return loops.get(Math.floorMod(place, loops.size()));
    }

    @Override
    public void close() {
        clients.close();
    }

    private static Reply await(Exchange exchange, Duration left) {
        try {
            return exchange.reply().get(left.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return exchange.giveUp();
        } catch (ExecutionException e) {
            return new Reply.None(Fault.INTERNAL, "the request failed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return exchange.giveUp();
        }
    }

    private RequestOptions options(Vetted.Allowed target, Call call, Duration left) {
        var url = target.url();
        var all = MultiMap.caseInsensitiveMultiMap().addAll(call.headers());
        all.set("host", url.authority());
        var options = new RequestOptions()
                .setMethod(call.method())
                .setServer(SocketAddress.inetSocketAddress(
                        url.port(), target.address().getHostAddress()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isTls())
                .setURI(url.path())
                .setFollowRedirects(false)
                .setConnectTimeout(left.toMillis())
                .setHeaders(all);
        return proxy == null ? options : options.setProxyOptions(proxy.options());
    }
}
