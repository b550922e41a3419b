package dev.carillon.connection.auth;

import dev.carillon.connection.auth.Permissions.Action;
import dev.carillon.connection.namespace.NamePattern;
import dev.carillon.contract.Channel;
import java.util.List;
import java.util.Set;

/// What a connection token lets its client do in some channels, whatever their namespaces say.
///
/// @param patterns of the channels
public record Capability(List<NamePattern> patterns, Set<Action> actions) {

    public Capability {
        patterns = List.copyOf(patterns);
        actions = Set.copyOf(actions);
    }

    boolean allows(Action action, Channel channel) {
        return actions.contains(action) && patterns.stream().anyMatch(pattern -> pattern.matches(channel.name()));
    }
}
