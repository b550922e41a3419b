package dev.carillon.connection.bound;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.contract.Namespace;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// How much clients that publish with plain requests may publish in each namespace, on this node.
///
/// Safe for use by many threads; never blocks. A bucket is forgotten once it is full again.
@Singleton
public final class PublisherRates {

    /// After how many publishes full buckets are looked for.
    private static final int ROUND = 1_024;

    private final Duration burst;
    private final Allowance.Refusals refusals;
    private final LongSupplier nanos;
    private final Map<Key, Long> buckets = new ConcurrentHashMap<>();
    private final AtomicInteger taken = new AtomicInteger();

    @Inject
    PublisherRates(ConnectionConfig config, Bounds bounds) {
        this(config.clientBurst(), bounds::refused, System::nanoTime);
    }

    /// @param nanos a clock such as [System#nanoTime]
    PublisherRates(Duration burst, Allowance.Refusals refusals, LongSupplier nanos) {
        this.burst = burst;
        this.refusals = refusals;
        long start = nanos.getAsLong();
        this.nanos = () -> nanos.getAsLong() - start;
    }

    private record Key(String holder, String namespace) {}

    /// Takes that many publishes out of a bucket, or none of them. More than a bucket holds count as a full one.
    ///
    /// @param holder whose bucket it is
    /// @return zero, or how long to wait
    public Duration take(String holder, Namespace namespace, int publishes) {
        var rate = Rate.ofNamespace(namespace, burst);
        if (rate.perSecond() == 0) {
            return Duration.ZERO;
        }
        long now = nanos.getAsLong();
        long amount = Math.min(publishes, rate.capacity());
        var wait = new long[1];
        buckets.compute(new Key(holder, namespace.name()), (_, full) -> {
            long before = full == null ? 0 : full;
            long after = rate.take(before, amount, now);
            wait[0] = after == Rate.REFUSED ? Math.max(1, rate.pause(before, amount, now)) : 0;
            return after == Rate.REFUSED ? before : after;
        });
        if (taken.incrementAndGet() % ROUND == 0) {
            buckets.values().removeIf(full -> full <= now);
        }
        if (wait[0] > 0) {
            refusals.refused(Bound.NAMESPACE_PUBLISHES);
        }
        return Duration.ofNanos(wait[0]);
    }

    int size() {
        return buckets.size();
    }
}
