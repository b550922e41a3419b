package dev.carillon.connection.namespace;

import dev.carillon.connection.NamespaceConfig;
import dev.carillon.contract.Namespace;
import dev.carillon.contract.Namespace.Access;
import dev.carillon.contract.Namespace.History;
import dev.carillon.contract.Namespace.Rates;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Namespaces as configuration has them: revision 0, so that a row that somebody changed is known from one that
/// configuration wrote. Pure functions.
final class Seeds {

    private Seeds() {}

    /// @throws IllegalArgumentException when one is not valid; the message names it
    static Map<String, Rules> of(Map<String, NamespaceConfig> configured) {
        var seeds = new HashMap<String, Rules>();
        configured.forEach((shown, config) -> {
            var name = NamespaceNames.name(shown);
            try {
                if (!NamespaceNames.fault(name).isEmpty()) {
                    throw new IllegalArgumentException(NamespaceNames.fault(name));
                }
                seeds.put(name, Rules.of(namespace(name, config)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "carillon.connection.namespaces.\"" + shown + "\": " + e.getMessage(), e);
            }
        });
        return Map.copyOf(seeds);
    }

    private static Namespace namespace(String name, NamespaceConfig config) {
        var other = Namespace.defaults(name);
        return new Namespace(
                name,
                new History(
                        config.historySize().orElse(other.history().size()),
                        config.historyTtl().orElse(other.history().ttl())),
                config.recovery().orElse(other.recovery()),
                config.positioning().orElse(other.positioning()),
                config.presence().orElse(other.presence()),
                config.joinLeave().orElse(other.joinLeave()),
                config.delta().orElse(other.delta()),
                config.tagsFilter().orElse(other.tagsFilter()),
                config.ephemeral().orElse(other.ephemeral()),
                access(config.access(), other.access()),
                config.maxEventSize().map(size -> size.asLongValue()).orElse(other.maxEventSize()),
                config.channelPattern().orElse(other.channelPattern()),
                new Rates(config.rates().publishes().orElse(other.rates().publishes())),
                0);
    }

    private static Access access(NamespaceConfig.AccessConfig config, Access other) {
        return new Access(
                config.subscribe().map(Set::copyOf).orElse(other.subscribe()),
                config.publish().map(Set::copyOf).orElse(other.publish()),
                config.history().map(Set::copyOf).orElse(other.history()),
                config.presence().map(Set::copyOf).orElse(other.presence()));
    }
}
