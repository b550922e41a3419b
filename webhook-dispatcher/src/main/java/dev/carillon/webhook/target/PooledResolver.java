package dev.carillon.webhook.target;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks another resolver on threads of its own, no longer than told. The system's resolver holds on to the
/// thread that asks, and that of a virtual thread is one of a few: names whose servers do not answer would
/// bring everything to a halt. Whoever asks for the same name at the same time shares one question.
///
/// Safe for use by many threads.
public final class PooledResolver implements Resolver, AutoCloseable {

    private static final int THREADS = 32;
    private static final int WAITING = 2000;

    private final Resolver resolver;
    private final Duration patience;
    private final ThreadPoolExecutor threads;
    private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

    public PooledResolver(Resolver resolver, Duration patience) {
        this.resolver = resolver;
        this.patience = patience;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("resolver-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        try {
            return ask(host).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            throw unknown(host, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private CompletableFuture<List<InetAddress>> ask(String host) {
        var mine = new CompletableFuture<List<InetAddress>>();
        var others = asked.putIfAbsent(host, mine);
        if (others != null) {
            return others;
        }
        try {
            threads.execute(() -> answer(host, mine));
        } catch (RejectedExecutionException e) {
            asked.remove(host, mine);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private void answer(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            answer.complete(resolver.resolve(host));
        } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
        } finally {
            asked.remove(host, answer);
        }
    }

    private static UnknownHostException unknown(String host, Exception why) {
        var unknown = new UnknownHostException(host);
        unknown.initCause(why);
        return unknown;
    }
}
