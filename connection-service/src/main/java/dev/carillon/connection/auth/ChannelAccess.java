package dev.carillon.connection.auth;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.auth.Permissions.Client;
import dev.carillon.connection.auth.Permissions.Verdict;
import dev.carillon.connection.namespace.Namespaces;
import dev.carillon.contract.Channel;
import dev.carillon.contract.client.ErrorCode;
import jakarta.inject.Singleton;

/// Who may do what in a channel, as this node knows its namespace.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class ChannelAccess {

    private static final Verdict NOT_YET = new Verdict.Refused(ErrorCode.INTERNAL);

    private final Namespaces namespaces;
    private final boolean open;

    ChannelAccess(Namespaces namespaces, ConnectionConfig config) {
        this.namespaces = namespaces;
        this.open = config.insecure();
    }

    /// First whether there can be such a channel (102, 107), then whether the client may (103).
    public Verdict decide(Action action, Channel channel, Client client) {
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
