package dev.carillon.connection.auth;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Client;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// Who may do what in a channel, as this node knows its namespace.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class ChannelAccess {

    private static final Verdict NOT_YET = new Verdict.Refused(ErrorCode.INTERNAL);

    private final Namespaces namespaces;
    private final boolean open;
    private final Map<Action, Counter> refusals = new EnumMap<>(Action.class);

    ChannelAccess(Namespaces namespaces, ConnectionConfig config, MeterRegistry meters) {
        this.namespaces = namespaces;
        this.open = config.insecure();
        for (var action : Action.values()) {
            var name = action.name().toLowerCase(Locale.ROOT);
            refusals.put(action, meters.counter("carillon.refusals", "action", name));
        }
    }

    /// First whether there can be such a channel (102, 107), then whether the client may (103).
    public Verdict decide(Action action, Channel channel, Client client) {
        var verdict = foresee(action, channel, client);
        var counter = verdict instanceof Verdict.Refused ? refusals.get(action) : null;
        if (counter != null) {
            counter.increment();
        }
        return verdict;
    }

    /// The same, when nothing is decided by it yet: not counted.
    public Verdict foresee(Action action, Channel channel, Client client) {
        if (!open && !namespaces.isKnown()) {
            return NOT_YET;
        }
        var fault = namespaces.fault(channel);
        if (fault != null) {
            return new Verdict.Refused(fault);
        }
        return Permissions.decide(action, channel, namespaces.of(channel), client, open);
    }
}
