package dev.carillon.webhook.attempt;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The pools of connections: one for plain targets, one for those with TLS (HTTP/2 where both sides know it),
/// and one per endpoint that has a certificate of its own, because a connection is what shows it. Of these,
/// what is not used for some minutes is closed, and beyond a number the one that was used first.
///
/// **Pools are renewed** every few minutes: a connection that never came so far as to carry a request (a server that
/// says nothing after its TLS handshake, say) is looked at by nobody else, and ends with its pool.
///
/// Safe for use by many threads: one lock around a few fields, never held while waiting.
final class Clients implements AutoCloseable {

    static final int MAX_MUTUAL = 256;

    private static final Logger LOG = Logger.getLogger(Clients.class);
    private static final int HEADERS_READ = 16 * 1024;
    private static final int POOL = 64;
    private static final int KEPT_SECONDS = 15;
    private static final Duration IDLE = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final SenderSettings settings;
    private final Duration renewal;
    private final Clock clock = Clock.systemUTC();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Mutual> mutual = new HashMap<>();
    private final long sweeping;
    private Pool plain;
    private Pool tls;

    /// @param renewal how old a pool becomes
    Clients(Vertx vertx, SenderSettings settings, Duration renewal) {
        this.vertx = vertx;
        this.settings = settings;
        this.renewal = renewal;
        this.plain = new Pool(this::options);
        this.tls = new Pool(this::tlsOptions);
        this.sweeping = vertx.setPeriodic(renewal.dividedBy(4).toMillis(), _ -> sweep());
    }

    /// A client for one request; closed when the request is over.
    interface Lease extends AutoCloseable {
        HttpClient client();

        @Override
        void close();
    }

    /// One pool. Its fields are guarded by the lock.
    private final class Pool implements Lease {
        final Supplier<HttpClientOptions> options;
        final HttpClient client;
        final Instant openedAt = clock.instant();
        Instant usedAt = openedAt;
        int uses;
        boolean isRetired;

        Pool(Supplier<HttpClientOptions> options) {
            this.options = options;
            // What goes wrong on a connection is told to those that wait for it, and is no news beyond that.
            this.client = vertx.httpClientBuilder()
                    .with(options.get())
                    .with(new PoolOptions().setHttp1MaxSize(POOL).setHttp2MaxSize(1))
                    .withConnectHandler(
                            connection -> connection.exceptionHandler(e -> LOG.debug("connection failed", e)))
                    .build();
        }

        @Override
        public HttpClient client() {
            return client;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                uses--;
                usedAt = clock.instant();
                closeIfOver();
            } finally {
                lock.unlock();
            }
        }

        Pool use() {
            uses++;
            usedAt = clock.instant();
            return this;
        }

        /// A new one in its place when it is old; itself otherwise, and as long as nobody has used it.
        Pool renewed(Instant now) {
            if (!usedAt.isAfter(openedAt) || openedAt.plus(renewal).isAfter(now)) {
                return this;
            }
            var fresh = new Pool(options);
            retire();
            return fresh;
        }

        void retire() {
            isRetired = true;
            closeIfOver();
        }

        private void closeIfOver() {
            if (isRetired && uses == 0) {
                var _ = client.close();
            }
        }
    }

    private record Mutual(Identity identity, Pool pool) {}

    /// @param identity what to show, or null
    Lease lease(boolean isTls, @Nullable Identity identity) {
        lock.lock();
        try {
            if (!isTls) {
                return plain.use();
            }
            return identity == null ? tls.use() : mutual(identity).use();
        } finally {
            lock.unlock();
        }
    }

    /// Endpoints with a pool of their own at the moment.
    int mutual() {
        lock.lock();
        try {
            return mutual.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(sweeping);
        lock.lock();
        try {
            mutual.values().forEach(each -> each.pool().client.close());
            mutual.clear();
            plain.client.close();
            tls.client.close();
        } finally {
            lock.unlock();
        }
    }

    private Pool mutual(Identity identity) {
        var found = mutual.get(identity.endpoint());
        if (found != null && found.identity().certificate().equals(identity.certificate())) {
            return found.pool();
        }
        var key = identity.key().get();
        var pool = new Pool(() -> tlsOptions()
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertValue(Buffer.buffer(identity.certificate().chain()))
                        .setKeyValue(Buffer.buffer(key))));
        if (found != null) {
            found.pool().retire();
        } else if (mutual.size() >= MAX_MUTUAL) {
            forgetOldest();
        }
        mutual.put(identity.endpoint(), new Mutual(identity, pool));
        return pool;
    }

    private void forgetOldest() {
        mutual.values().stream()
                .min(Comparator.comparing(each -> each.pool().usedAt))
                .ifPresent(oldest -> {
                    mutual.remove(oldest.identity().endpoint());
                    oldest.pool().retire();
                });
    }

    private void sweep() {
        lock.lock();
        try {
            var now = clock.instant();
            plain = plain.renewed(now);
            tls = tls.renewed(now);
            mutual.values().removeIf(each -> {
                var pool = each.pool();
                boolean isIdle = pool.uses == 0 && pool.usedAt.plus(IDLE).isBefore(now);
                if (isIdle) {
                    pool.retire();
                }
                return isIdle;
            });
            mutual.replaceAll(
                    (_, each) -> new Mutual(each.identity(), each.pool().renewed(now)));
        } finally {
            lock.unlock();
        }
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEPT_SECONDS)
                .setHttp2KeepAliveTimeout(KEPT_SECONDS)
                .setTcpNoDelay(true)
                .setConnectTimeout(Math.toIntExact(settings.deadline().toMillis()))
                .setMaxHeaderSize(HEADERS_READ)
                .setMaxInitialLineLength(HEADERS_READ)
                .setDecompressionSupported(false);
    }

    private HttpClientOptions tlsOptions() {
        var options = options()
                .setSsl(true)
                .setVerifyHost(true)
                .setSslHandshakeTimeout(settings.deadline().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setInitialSettings(new Http2Settings().setPushEnabled(false).setMaxHeaderListSize(HEADERS_READ));
        var trusted = settings.trusted();
        return trusted == null ? options : options.setTrustOptions(new PemTrustOptions().addCertPath(trusted));
    }
}
