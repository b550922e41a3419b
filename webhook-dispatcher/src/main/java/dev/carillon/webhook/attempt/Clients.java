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
import org.jspecify.annotations.Nullable;

/// The pools of connections: one for plain targets, one for those with TLS (HTTP/2 where both sides know it),
/// and one per endpoint that has a certificate of its own, because a connection is what shows it. Of these,
/// what is not used for some minutes is closed, and beyond a number the one that was used first.
///
/// Safe for use by many threads: one lock around the map, never held while waiting.
final class Clients implements AutoCloseable {

    static final int MAX_MUTUAL = 256;

    private static final int HEADERS_READ = 16 * 1024;
    private static final int POOL = 64;
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final long SWEEP_MILLIS = 30_000;

    private final Vertx vertx;
    private final SenderSettings settings;
    private final Clock clock = Clock.systemUTC();
    private final HttpClient plain;
    private final HttpClient tls;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Mutual> mutual = new HashMap<>();
    private final long sweeping;

    Clients(Vertx vertx, SenderSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.plain = vertx.createHttpClient(options(), pool());
        this.tls = vertx.createHttpClient(tlsOptions(), pool());
        this.sweeping = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
    }

    /// A client for one request; closed when the request is over.
    interface Lease extends AutoCloseable {
        HttpClient client();

        @Override
        void close();
    }

    /// One endpoint's own. Its fields are guarded by the lock.
    private final class Mutual implements Lease {
        final Identity identity;
        final HttpClient client;
        Instant usedAt = clock.instant();
        int uses;
        boolean isRetired;

        Mutual(Identity identity) {
            this.identity = identity;
            var key = new PemKeyCertOptions()
                    .setCertValue(Buffer.buffer(identity.certificate().chain()))
                    .setKeyValue(Buffer.buffer(identity.key().get()));
            this.client = vertx.createHttpClient(tlsOptions().setKeyCertOptions(key), pool());
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

    private record Shared(HttpClient client) implements Lease {
        @Override
        public void close() {
            // It stays open for others.
        }
    }

    /// @param identity what to show, or null
    Lease lease(boolean isTls, @Nullable Identity identity) {
        if (!isTls || identity == null) {
            return new Shared(isTls ? tls : plain);
        }
        lock.lock();
        try {
            var found = mutual.get(identity.endpoint());
            if (found == null || !found.identity.certificate().equals(identity.certificate())) {
                var made = new Mutual(identity);
                mutual.put(identity.endpoint(), made);
                if (found != null) {
                    found.retire();
                }
                found = made;
                makeRoom(made);
            }
            found.uses++;
            return found;
        } finally {
            lock.unlock();
        }
    }

    /// Endpoints with a client of their own at the moment.
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
            mutual.values().forEach(each -> each.client.close());
            mutual.clear();
        } finally {
            lock.unlock();
        }
        plain.close();
        tls.close();
    }

    private void makeRoom(Mutual newest) {
        while (mutual.size() > MAX_MUTUAL) {
            var oldest = mutual.values().stream()
                    .filter(each -> each != newest)
                    .min(Comparator.comparing(each -> each.usedAt));
            if (oldest.isEmpty()) {
                return;
            }
            mutual.remove(oldest.get().identity.endpoint());
            oldest.get().retire();
        }
    }

    private void sweep() {
        lock.lock();
        try {
            var since = clock.instant().minus(IDLE);
            mutual.values().removeIf(each -> {
                boolean isIdle = each.uses == 0 && each.usedAt.isBefore(since);
                if (isIdle) {
                    each.retire();
                }
                return isIdle;
            });
        } finally {
            lock.unlock();
        }
    }

    private HttpClientOptions options() {
        int deadline = Math.toIntExact(settings.deadline().toMillis());
        return new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(15)
                .setHttp2KeepAliveTimeout(15)
                .setTcpNoDelay(true)
                .setConnectTimeout(deadline)
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
                .setInitialSettings(
                        new Http2Settings().setPushEnabled(false).setMaxHeaderListSize(HEADERS_READ));
        var trusted = settings.trusted();
        return trusted == null
                ? options
                : options.setTrustOptions(new PemTrustOptions().addCertPath(trusted));
    }

    private static PoolOptions pool() {
        return new PoolOptions().setHttp1MaxSize(POOL).setHttp2MaxSize(1);
    }
}
