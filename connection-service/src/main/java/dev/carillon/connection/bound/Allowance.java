package dev.carillon.connection.bound;

import dev.carillon.contract.Namespace;
import dev.carillon.contract.client.ErrorCode;
import dev.carillon.contract.client.Method;
import dev.carillon.contract.client.ReplyError;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What one client may do in a time.
///
/// Confined to the session's event loop.
public final class Allowance {

    private static final Set<Integer> FAULTS = Stream.of(
                    ErrorCode.UNKNOWN_CHANNEL,
                    ErrorCode.PERMISSION_DENIED,
                    ErrorCode.METHOD_NOT_FOUND,
                    ErrorCode.ALREADY_SUBSCRIBED,
                    ErrorCode.BAD_REQUEST,
                    ErrorCode.NOT_AVAILABLE)
            .map(ErrorCode::code)
            .collect(Collectors.toUnmodifiableSet());

    /// The rates that hold for every client.
    record Rates(Rate commands, Rate publishes, Rate bytes, Rate errors) {

        /// How long unused amounts are kept.
        Duration burst() {
            return publishes.burst();
        }
    }

    private final Rates rates;
    private final Refusals refusals;
    private final LongSupplier nanos;
    private long commands;
    private long publishes;
    private long bytes;
    private long errors;
    private long abuses;

    /// The buckets of namespaces that have a rate; most clients have none.
    private Map<String, Long> namespaces = Map.of();

    /// Hears what was refused. Safe for use by many threads.
    @FunctionalInterface
    interface Refusals {
        void refused(Bound bound);
    }

    Allowance(Rates rates, Refusals refusals, LongSupplier nanos) {
        this.rates = rates;
        this.refusals = refusals;
        this.nanos = nanos;
    }

    /// Whether the client may send a frame of that size.
    public boolean frame(long size) {
        long full = rates.bytes().take(bytes, size, nanos.getAsLong());
        bytes = full == Rate.REFUSED ? bytes : full;
        return allowed(full, Bound.BYTES);
    }

    /// Whether the client may have a command carried out.
    public boolean command(Method method) {
        long now = nanos.getAsLong();
        long full = rates.commands().take(commands, 1, now);
        commands = full == Rate.REFUSED ? commands : full;
        if (!allowed(full, Bound.COMMANDS)) {
            return false;
        }
        if (!(method instanceof Method.Publish)) {
            return true;
        }
        full = rates.publishes().take(publishes, 1, now);
        publishes = full == Rate.REFUSED ? publishes : full;
        return allowed(full, Bound.PUBLISHES);
    }

    /// Whether the client may publish in a namespace.
    public boolean publish(Namespace namespace) {
        var rate = Rate.ofNamespace(namespace, rates.burst());
        if (rate.perSecond() == 0) {
            return true;
        }
        if (namespaces.isEmpty()) {
            namespaces = new HashMap<>(2);
        }
        long full = rate.take(namespaces.getOrDefault(namespace.name(), 0L), 1, nanos.getAsLong());
        if (full != Rate.REFUSED) {
            namespaces.put(namespace.name(), full);
        }
        return allowed(full, Bound.NAMESPACE_PUBLISHES);
    }

    /// Notes that a command was not carried out for its rate.
    ///
    /// @return false when it was one too many: the client does not slow down
    public boolean forgiveRate() {
        long full = rates.errors().take(abuses, 1, nanos.getAsLong());
        abuses = full == Rate.REFUSED ? abuses : full;
        return full != Rate.REFUSED;
    }

    /// Whether a client with its wits about it would not have asked for what was refused so.
    public static boolean isClientsFault(ReplyError why) {
        return FAULTS.contains(why.code());
    }

    /// Notes that a command was refused because it made no sense.
    ///
    /// @return false when it was one too many
    public boolean forgiveError() {
        long full = rates.errors().take(errors, 1, nanos.getAsLong());
        errors = full == Rate.REFUSED ? errors : full;
        return full != Rate.REFUSED;
    }

    private boolean allowed(long full, Bound bound) {
        if (full == Rate.REFUSED) {
            refusals.refused(bound);
            return false;
        }
        return true;
    }
}
