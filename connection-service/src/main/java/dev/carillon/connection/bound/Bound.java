package dev.carillon.connection.bound;

import java.util.Locale;

/// A bound that something was refused for; counted as `carillon.bounds.refused`.
public enum Bound {
    /// Commands of one client in a time.
    COMMANDS,
    /// Publishes of one client in a time.
    PUBLISHES,
    /// Publishes of one client in a namespace in a time.
    NAMESPACE_PUBLISHES,
    /// Bytes of one client in a time.
    BYTES,
    /// Channels of one client.
    CHANNELS,
    /// The size of a frame.
    FRAME,
    /// Connections of this node.
    CONNECTIONS,
    /// Connections of one user at this node.
    USER_CONNECTIONS,
    /// New connections of this node in a time.
    CONNECT_RATE,
    /// The time that a request takes to arrive.
    SLOW_REQUESTS;

    /// As the value of a tag.
    String tag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
