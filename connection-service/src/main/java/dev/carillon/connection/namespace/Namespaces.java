package dev.carillon.connection.namespace;

import dev.carillon.contract.Channel;
import dev.carillon.contract.Namespace;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The namespaces, as this node knows them.
///
/// Safe for use by many threads; never blocks.
@Singleton
public final class Namespaces {

    private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

    Namespaces() {}

    /// What holds for a channel.
    public Namespace of(Channel channel) {
        return namespaces.getOrDefault(channel.namespace(), Namespace.DEFAULT);
    }

    /// Sets what holds for the channels of a namespace.
    public void put(Namespace namespace) {
        namespaces.put(namespace.name(), namespace);
    }
}
