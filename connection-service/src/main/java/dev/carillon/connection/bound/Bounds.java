package dev.carillon.connection.bound;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.node.Connections;
import dev.carillon.contract.client.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What clients may take of this node. Every refusal and every connection that we end is counted.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class Bounds {

    /// How many connections may come at once after a quiet time.
    private static final Duration CONNECT_BURST = Duration.ofSeconds(2);

    private static final String CLOSED = "carillon.connections.closed";

    private final Connections connections;
    private final int maxConnections;
    private final int maxUserConnections;
    private final Rate connectRate;
    private final Allowance.Rates rates;
    private final LongSupplier nanos;
    private final AtomicLong connects = new AtomicLong();
    private final Map<String, Integer> users = new ConcurrentHashMap<>();
    private final Map<Bound, Counter> refused = new EnumMap<>(Bound.class);
    private final Map<CloseCode, Counter> closed = new EnumMap<>(CloseCode.class);

    private final Counter closedByApplication;

    Bounds(ConnectionConfig config, Connections connections, MeterRegistry meters) {
        this.connections = connections;
        this.maxConnections = config.maxConnections();
        this.maxUserConnections = config.maxUserConnections();
        this.connectRate = new Rate(config.connectsPerSecond(), CONNECT_BURST);
        this.rates = new Allowance.Rates(
                new Rate(config.clientCommandsPerSecond(), config.clientBurst()),
                new Rate(config.clientPublishesPerSecond(), config.clientBurst()),
                new Rate(config.clientBytesPerSecond().asLongValue(), config.clientBurst()),
                new Rate(config.clientErrorsPerSecond(), config.clientBurst()));
        long start = System.nanoTime();
        this.nanos = () -> System.nanoTime() - start;
        for (var bound : Bound.values()) {
            refused.put(bound, meters.counter("carillon.bounds.refused", "bound", bound.tag()));
        }
        for (var code : CloseCode.values()) {
            var tag = code.name().toLowerCase(Locale.ROOT).replace('_', '-');
            closed.put(code, meters.counter(CLOSED, "code", tag));
        }
        this.closedByApplication = meters.counter(CLOSED, "code", "application");
    }

    /// What a new client may do.
    public Allowance allowance() {
        return new Allowance(rates, this::refused, nanos);
    }

    /// Whether another connection may be opened now; the bound that speaks against it, or null. Counted.
    public @Nullable Bound newConnection() {
        var against = isFull() ? Bound.CONNECTIONS : isTooFast() ? Bound.CONNECT_RATE : null;
        if (against != null) {
            refused(against);
        }
        return against;
    }

    /// Whether there are more connections than there may be: many may have come at the same time.
    public boolean isOverfull() {
        return maxConnections > 0 && connections.count() > maxConnections;
    }

    /// A user has another connection, if that is not too many; [#leave] takes it back.
    ///
    /// @param user empty for nobody in particular, who may have any number
    public boolean enter(String user) {
        if (user.isEmpty() || maxUserConnections == 0) {
            return true;
        }
        // A number over the bound is put right below.
        if (users.merge(user, 1, Integer::sum) <= maxUserConnections) {
            return true;
        }
        leave(user);
        refused(Bound.USER_CONNECTIONS);
        return false;
    }

    /// A connection that [#enter] let in is gone.
    public void leave(String user) {
        users.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }

    /// Counts a refusal.
    public void refused(Bound bound) {
        count(refused.get(bound));
    }

    /// Counts a connection that we end.
    public void closed(CloseCode code) {
        count(closed.get(code));
    }

    /// The same, when the code may be one of the application's.
    public void closed(int code) {
        for (var known : CloseCode.values()) {
            if (known.code() == code) {
                closed(known);
                return;
            }
        }
        closedByApplication.increment();
    }

    private boolean isFull() {
        return maxConnections > 0 && connections.count() >= maxConnections;
    }

    private boolean isTooFast() {
        long now = nanos.getAsLong();
        while (true) {
            long before = connects.get();
            long after = connectRate.take(before, 1, now);
            if (after == Rate.REFUSED) {
                return true;
            }
            if (connects.compareAndSet(before, after)) {
                return false;
            }
        }
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
